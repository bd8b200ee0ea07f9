;; The fence inline, and what it is measured against: loops of a store and a load, with nothing, a light and a full
;; fence between the two. Each answers the sum of what it has loaded, so that the loads are needed.
(module
  (memory 1 1 shared)

  (func (export "withoutFence") (param $times i32) (result i32)
    (local $sum i32)
    (loop $again
      (i32.store (i32.const 0) (local.get $times))
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.const 128))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $sum))

  (func (export "withLightFence") (param $times i32) (result i32)
    (local $sum i32)
    (loop $again
      (i32.store (i32.const 0) (local.get $times))
      (drop (i32.atomic.load8_u (i32.const 256)))
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.const 128))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $sum))

  (func (export "withFullFence") (param $times i32) (result i32)
    (local $sum i32)
    (loop $again
      (i32.store (i32.const 0) (local.get $times))
      (atomic.fence)
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.const 128))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $sum))

  (func (export "fullFence") (result i32)
    (atomic.fence)
    (i32.const 0))

  ;; What a call into WebAssembly costs that does as much as a light fence and is none.
  (func (export "plainLoad") (result i32)
    (i32.load (i32.const 256))))
