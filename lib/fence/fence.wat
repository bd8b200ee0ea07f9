;; The two instructions that fences are made of. No other code may pass for them: JavaScript has no compiler fence, an
;; Atomics call costs three times as much as the call of such a function, and JavaScript has no full fence at all.
(module
  (import "processor" "fenceByCas" (global $fence_by_cas i32)) ;; 1 where atomic.fence is not enough
  (memory 1 1 shared)

  ;; Orders the compiler, and nothing else: a sequentially consistent access, which no compiler may remove, nor move
  ;; other accesses across. On x86-64 it is one mov. Its value is of no use, and the address only has to exist.
  (func (export "compilerFence")
    (drop (i32.atomic.load (i32.const 0))))

  ;; Orders compiler and processor. On s390x V8 emits no instruction for atomic.fence; a compare-and-swap serializes
  ;; there.
  (func (export "fullFence")
    (atomic.fence)
    (if (global.get $fence_by_cas)
      (then (drop (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 0)))))))
