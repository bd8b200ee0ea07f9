;; The two instructions that fences are made of. No other code may pass for them: JavaScript has no compiler fence, an
;; Atomics call costs three times as much as the call of such a function, and only here is a full fence to be had.
(module
  (memory 1 1 shared)

  ;; Orders the compiler, and nothing else: a sequentially consistent access, which no compiler may remove, nor move other
  ;; accesses across. On x86-64 it is one mov. Its value is of no use, and the address only has to exist.
  (func (export "compilerFence")
    (drop (i32.atomic.load (i32.const 0))))

  ;; Orders compiler and processor.
  (func (export "fullFence")
    (atomic.fence)))
