;; WebAssembly with the light fence inline, and each function once more with a plain load in the fence's place. x is at
;; 0x4444 and y at 0x8888, as in hot-accesses.ts; 0x6668 is the fence's own.
(module
  (memory 1 1 shared)

  (func $fencedLoop (export "fencedLoop") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (i32.store offset=0x4444 (i32.const 0) (local.get $n))
      (drop (i32.atomic.load8_u offset=0x6668 (i32.const 0)))
      (local.set $sum (i32.add (local.get $sum) (i32.load offset=0x8888 (i32.const 0))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))

  (func $unfencedLoop (export "unfencedLoop") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (i32.store offset=0x4444 (i32.const 0) (local.get $n))
      (drop (i32.load offset=0x6668 (i32.const 0)))
      (local.set $sum (i32.add (local.get $sum) (i32.load offset=0x8888 (i32.const 0))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))

  (func $fencedTwice (export "fencedTwice") (result i32)
    (i32.load offset=0x8888 (i32.const 0))
    (drop (i32.atomic.load8_u offset=0x6668 (i32.const 0)))
    (i32.sub (i32.load offset=0x8888 (i32.const 0))))

  (func $unfencedTwice (export "unfencedTwice") (result i32)
    (i32.load offset=0x8888 (i32.const 0))
    (drop (i32.load offset=0x6668 (i32.const 0)))
    (i32.sub (i32.load offset=0x8888 (i32.const 0)))))
