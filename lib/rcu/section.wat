  ;; What a reader does when it enters and leaves a read-side critical section. domain.wat says what the words mean.
  ;; Modules that read in a domain by steps of their own include it, too.
  (global $STATE (export "STATE") i32 (i32.const 128))
  (global $SCRATCH i32 (i32.const 416)) ;; always 0

  ;; An outermost section of the slot begins. Whatever the slot's word was, it is replaced.
  (@define enter
    (i64.store (local.get $slot) (i64.add (i64.atomic.load (global.get $STATE)) (i64.const 4)))
    ;; Orders the slot's word before the section. Pairs with the first heavy fence, which the driver issues between
    ;; its advance and its scan. If our store comes first, the scan sees this section and waits for it. If the heavy
    ;; fence comes first, our later loads see what was stored before it, and not the old pointer.
    (light))

  ;; The outermost section of the slot ends.
  (@define leave
    ;; Orders the section before the slot's word. Pairs with the second heavy fence, which the driver issues between
    ;; its scan and the end of the grace period. If the scan saw this store of 0, all loads of the section are done
    ;; when that fence returns, so before the updater reclaims anything.
    (light)
    (i64.store (local.get $slot) (i64.const 0))
    ;; Orders the slot's word before WAIT_WORD. Pairs with the heavy fence of a thread that goes to sleep, between its
    ;; mark in WAIT_WORD and its last load of the slot's word. If our store comes first, that thread sees that we have
    ;; left. If its fence comes first, we see the mark and wake it.
    (light)
    (wake))

  ;; Wakes the threads that sleep until the section of $slot ends. The thread that makes the word even wakes them all; a
  ;; thread that loses that race has none to wake. The first load is of one byte, whose alignment V8 need not check. The
  ;; `or` makes the compare-and-swap fail if the word has become even meanwhile.
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

