  ;; What a reader touches when it enters and leaves a section: domain.wat says what the words mean. Also included by
  ;; modules that read in a domain by steps of their own.
  (global $STATE (export "STATE") i32 (i32.const 128))
  (global $SCRATCH i32 (i32.const 416)) ;; always 0

  ;; An outermost section of the slot begins. Whatever the slot's word was, it is replaced.
  (@define enter
    (i64.store (local.get $slot) (i64.add (i64.atomic.load (global.get $STATE)) (i64.const 4)))
    ;; The slot before the section: pairs with the first heavy fence, between the advance and the scan. Either the
    ;; scan sees us, or we see what was stored before the fence: not the old pointer.
    (light))

  ;; The outermost section of the slot ends.
  (@define leave
    ;; The section before the slot: pairs with the second heavy fence, between the scan and the end of the grace
    ;; period. What the section has loaded, it has loaded before anything is freed.
    (light)
    (i64.store (local.get $slot) (i64.const 0))
    ;; The word before WAIT_WORD: pairs with the sleeper's heavy fence, between its mark in WAIT_WORD and its last
    ;; load of the word. Either we see the mark, or the sleeper sees that we have left.
    (light)
    (wake))

  ;; Wakes the threads that sleep until the section of $slot ends. The thread that makes the word even wakes them all; a
  ;; thread that loses that race has nobody to wake. The first look loads one byte, whose alignment V8 need not check.
  ;; If the word has become even since, the compare-and-swap fails: hence the `or`.
  (@define wake
    (if (i32.and (i32.atomic.load8_u offset=16 (local.get $slot)) (i32.const 1))
      (then
        (local.set $wait_word (i32.or (i32.atomic.load offset=16 (local.get $slot)) (i32.const 1)))
        (if (i32.eq (local.get $wait_word) (i32.atomic.rmw.cmpxchg offset=16
              (local.get $slot) (local.get $wait_word) (i32.add (local.get $wait_word) (i32.const 1))))
          (then (drop (memory.atomic.notify offset=16 (local.get $slot) (i32.const -1))))))))

  ;; A full fence for compiler and processor. On s390x V8 emits no instruction for atomic.fence; a compare-and-swap
  ;; serializes there. This one stores what is there already.
  (@define fence
    (atomic.fence)
    (if (global.get $fence_by_cas)
      (then (drop (i32.atomic.rmw.cmpxchg (global.get $SCRATCH) (i32.const 0) (i32.const 0))))))

