;; The words of an RCU domain, and every step that any thread takes on them. Each step is one function of this module. A
;; step that writes has no loop and no call. So a worker that is terminated stops between two steps and never within
;; one.
;;
;; STATE is sequence << 16 | stage. The sequence counts grace periods. The stage says how far the last one has come:
;; ADVANCED 0, FENCED 1, DONE 2. As a number STATE only grows. Running readers load it all the time, so each store to it
;; costs them and the updater a cache miss: there are no more stages than needed.
;;
;; SLOT_HIGH_WATER counts the slots that were ever in use, from the first one on. BARRIERS and TIMEOUTS are statistics.
;;
;; A slot has these words:
;;
;; - word: 0 outside of a section. Inside: what STATE was when the reader entered, plus nesting << 2.
;; - ticket: odd while a reader has the slot. No two readers of a slot have the same one.
;; - owner: a thread's token, or 0.
;; - wait word: odd when a thread may be asleep until the slot's section ends. A wake-up makes it even by adding one. It
;;   only grows: a thread that is about to sleep on an old value returns at once. Claim and release leave it alone.
;;
;; A reader blocks grace period n if it is in a section and entered before STATE was n, FENCED. A reader that saw
;; n, FENCED entered after the first heavy fence, so it sees every pointer that was unpublished before. A reader that
;; saw only n, ADVANCED may not. On POWER, the store of a thread that unpublished before it read STATE may reach the
;; reader after the advance does.
;;
;; In the event-loop flavor (qsbr) a slot's section lasts from `goOnline` to `goOffline`, and `acknowledge` ends it and
;; begins the next one in one step. All else is the same.
;;
;; "light" is the light fence: an instruction that no compiler may remove or move accesses across, or a full fence in
;; the symmetric strategy. "fence" is a full fence. tools/assemble.js makes a module for each strategy, and expands
;; definitions. The heavy fences lie between the steps, in driver.ts. Each fence names its partner;
;; docs/internals/rcu.md has the whole argument.
;;
;; Racing words are read by atomic loads, one mov each on x86-64. A reader accesses its own slot plainly. While its
;; thread lives, only that thread writes there, and only that thread gives the slot back.
(module
  (import "domain" "memory" (memory 1 65536 shared))
  (import "domain" "self" (global $self i32)) ;; this thread's token
  (import "domain" "fenceByCas" (global $fence_by_cas i32)) ;; 1 where atomic.fence is not enough
  (import "domain" "refuse" (func $refuse (param i32))) ;; throws

  ;; Addresses, in bytes; the first 128 are memory.ts's. Each line of 128 bytes is written by one kind of thread, so
  ;; that what readers load is apart from what waiters count.
  (global $MAX_READERS i32 (i32.const 16))
  (global $SLOT_HIGH_WATER (export "SLOT_HIGH_WATER") i32 (i32.const 256))
  (global $BARRIERS (export "BARRIERS") i32 (i32.const 384))
  (global (export "TIMEOUTS") i32 (i32.const 400))
  (global $SLOTS (export "SLOTS") i32 (i32.const 512))
  (global (export "SLOT_SIZE") i32 (i32.const 128))
  ;; Within a slot, whose word comes first, and its ticket at 8.
  (global (export "OWNER") i32 (i32.const 12))
  (global (export "WAIT_WORD") i32 (i32.const 16))
  (global (export "THREAD") i32 (i32.const 20)) ;; its owner's threadId, for messages
  (global (export "NAME") i32 (i32.const 24)) ;; its length in bytes, then as many

  ;; Why a step is refused, as errors.ts numbers it. Nothing has been changed then.
  (global $NOT_YOURS i32 (i32.const 1))
  (global $TOO_DEEP i32 (i32.const 2))
  (global $NOT_LOCKED i32 (i32.const 3))
  (global $INSIDE i32 (i32.const 4))
  (global $ONLINE i32 (i32.const 5))
  (global $OFFLINE i32 (i32.const 6))

  ;; What of a slot's word is a copy of STATE.
  (global $NOT_NESTING i64 (i64.const 0xffffffffffff0003))

  ;; STATE as this thread's last beginOrJoin() left it, and the sequence of the grace period for which this thread has
  ;; scanned all slots.
  (global $seen (mut i64) (i64.const 0))
  (global $passed (mut i64) (i64.const 0))

  ;; Single words, and 64-bit ones as numbers. JavaScript does not use views for them, since a view has the byte order
  ;; of the machine, and WebAssembly is always little-endian.
  (func (export "load") (param $address i32) (result i32)
    (i32.atomic.load (local.get $address)))
  (func (export "store") (param $address i32) (param $word i32)
    (i32.atomic.store (local.get $address) (local.get $word)))
  (func (export "count") (param $address i32) (result f64)
    (f64.convert_i64_u (i64.atomic.load (local.get $address))))
  (func (export "add") (param $address i32)
    (drop (i64.atomic.rmw.add (local.get $address) (i64.const 1))))

(@include "section.wat")
  ;; ---- Readers ----

  (func $lock (export "lock") (param $slot i32) (param $ticket i32) (result i32)
    (local $word i64)
    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket))
      (then (return (global.get $NOT_YOURS))))
    (local.set $word (i64.load (local.get $slot)))
    (if (i64.eqz (local.get $word))
      (then
        (enter)
        (return (i32.const 0))))
    (if (i64.ge_u (i64.and (local.get $word) (i64.const 0xfffc)) (i64.const 0xfffc))
      (then (return (global.get $TOO_DEEP))))
    (i64.store (local.get $slot) (i64.add (local.get $word) (i64.const 4)))
    (i32.const 0))

  (func $unlock (export "unlock") (param $slot i32) (param $ticket i32) (result i32)
    (local $word i64)
    (local $nesting i64)
    (local $wait_word i32)
    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket))
      (then (return (global.get $NOT_YOURS))))
    (local.set $word (i64.load (local.get $slot)))
    (local.set $nesting (i64.and (local.get $word) (i64.const 0xfffc)))
    (if (i64.eq (local.get $nesting) (i64.const 4))
      (then
        (leave)
        (return (i32.const 0))))
    (if (i64.eqz (local.get $nesting))
      (then (return (global.get $NOT_LOCKED))))
    (i64.store (local.get $slot) (i64.sub (local.get $word) (i64.const 4)))
    (i32.const 0))

  ;; Whether $slot is the address of a slot, and not of the header or of the user's data.
  (@define is_slot
    (i32.and
      (i32.eqz (i32.and (local.get $slot) (i32.const 127)))
      (i32.lt_u
        (i32.shr_u (i32.sub (local.get $slot) (global.get $SLOTS)) (i32.const 7))
        (i32.load (global.get $MAX_READERS)))))

  ;; For users' own WebAssembly: the same for a slot of this thread. They throw for any other address.
  (func (export "readLock") (param $slot i32)
    (local $refusal i32)
    (local.set $refusal (global.get $NOT_YOURS))
    (if (is_slot)
      (then
        (if (i32.eq (i32.atomic.load offset=12 (local.get $slot)) (global.get $self))
          (then (local.set $refusal (call $lock (local.get $slot) (i32.load offset=8 (local.get $slot))))))))
    (if (local.get $refusal)
      (then (call $refuse (local.get $refusal)))))

  (func (export "readUnlock") (param $slot i32)
    (local $refusal i32)
    (local.set $refusal (global.get $NOT_YOURS))
    (if (is_slot)
      (then
        (if (i32.eq (i32.atomic.load offset=12 (local.get $slot)) (global.get $self))
          (then (local.set $refusal (call $unlock (local.get $slot) (i32.load offset=8 (local.get $slot))))))))
    (if (local.get $refusal)
      (then (call $refuse (local.get $refusal)))))

  (func (export "isInside") (param $slot i32) (result i32)
    (i64.ne (i64.load (local.get $slot)) (i64.const 0)))

  ;; Whether this thread is in a section, of whichever reader.
  (func (export "isThreadInside") (result i32)
    (local $slot i32)
    (local $end i32)
    (local.set $end (end_of_slots))
    (local.set $slot (global.get $SLOTS))
    (loop $slots
      (if (i32.lt_u (local.get $slot) (local.get $end))
        (then
          (if (i32.eq (i32.atomic.load offset=12 (local.get $slot)) (global.get $self))
            (then
              (if (i64.ne (i64.atomic.load (local.get $slot)) (i64.const 0))
                (then (return (i32.const 1))))))
          (local.set $slot (i32.add (local.get $slot) (i32.const 128)))
          (br $slots))))
    (i32.const 0))

  ;; ---- Readers of the event-loop flavor ----

  (func (export "goOnline") (param $slot i32) (param $ticket i32) (result i32)
    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket))
      (then (return (global.get $NOT_YOURS))))
    (if (i64.ne (i64.load (local.get $slot)) (i64.const 0))
      (then (return (global.get $ONLINE))))
    (enter)
    (i32.const 0))

  (func (export "goOffline") (param $slot i32) (param $ticket i32) (result i32)
    (local $wait_word i32)
    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket))
      (then (return (global.get $NOT_YOURS))))
    (if (i64.eqz (i64.load (local.get $slot)))
      (then (return (global.get $OFFLINE))))
    (leave)
    (i32.const 0))

  ;; The thread holds no reference now: a quiescent state.
  (func (export "acknowledge") (param $slot i32) (param $ticket i32) (result i32)
    (local $wait_word i32)
    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket))
      (then (return (global.get $NOT_YOURS))))
    (if (i64.eqz (i64.load (local.get $slot)))
      (then (return (global.get $OFFLINE))))
    ;; Orders what the thread has read before the slot's word. Pairs with the second heavy fence, as the first light
    ;; fence of `leave`: if the scan sees this word, all loads before it are done when that fence returns.
    (light)
    ;; Its fence orders the word before what the thread reads next, as for each section; and before WAIT_WORD, as the
    ;; second light fence of `leave`.
    (enter)
    (wake)
    (i32.const 0))

  ;; ---- Slots ----

  ;; The first slot from this one on that was in use before and is free now; or 0.
  (func (export "vacant") (param $slot i32) (result i32)
    (local $end i32)
    (local.set $end (end_of_slots))
    (loop $slots
      (if (i32.lt_u (local.get $slot) (local.get $end))
        (then
          (if (i32.eqz (i32.atomic.load offset=12 (local.get $slot)))
            (then (return (local.get $slot))))
          (local.set $slot (i32.add (local.get $slot) (i32.const 128)))
          (br $slots))))
    (i32.const 0))

  ;; Takes a slot that belongs to `$owner`: 0, which means that it is free, or a dead thread. Returns the new reader's
  ;; ticket, or 0 if the slot has another owner.
  (func (export "claim") (param $slot i32) (param $owner i32) (result i32)
    (local $mark i32)
    (local $ticket i32)
    (local $wait_word i32)
    ;; SLOT_HIGH_WATER first, so that no slot beyond it has an owner.
    (local.set $mark (i32.add (i32.shr_u (i32.sub (local.get $slot) (global.get $SLOTS)) (i32.const 7)) (i32.const 1)))
    (if (i32.lt_u (i32.atomic.load (global.get $SLOT_HIGH_WATER)) (local.get $mark))
      (then (drop (i32.atomic.rmw.cmpxchg (global.get $SLOT_HIGH_WATER)
        (i32.sub (local.get $mark) (i32.const 1)) (local.get $mark)))))
    (if (i32.ne (local.get $owner)
          (i32.atomic.rmw.cmpxchg offset=12 (local.get $slot) (local.get $owner) (global.get $self)))
      (then (return (i32.const 0))))
    (i64.atomic.store (local.get $slot) (i64.const 0))
    (local.set $ticket (i32.or (i32.add (i32.load offset=8 (local.get $slot)) (i32.const 2)) (i32.const 1)))
    (i32.store offset=8 (local.get $slot) (local.get $ticket))
    ;; Orders SLOT_HIGH_WATER before our sections. Pairs with the first heavy fence, after which the scan reads it. If
    ;; our store comes first, the scan looks at our slot. If the heavy fence comes first, our sections begin after it.
    ;; And orders the slot's word before WAIT_WORD, as in `leave`: threads may sleep for the dead owner's section.
    (fence)
    (if (local.get $owner) (then (wake)))
    (local.get $ticket))

  (func (export "release") (param $slot i32) (result i32)
    (if (i64.ne (i64.load (local.get $slot)) (i64.const 0))
      (then (return (global.get $INSIDE))))
    (i32.store offset=8 (local.get $slot) (i32.add (i32.load offset=8 (local.get $slot)) (i32.const 1)))
    (i32.atomic.store offset=12 (local.get $slot) (i32.const 0))
    (i32.const 0))

  ;; Ends the section of a dead thread, if it blocks the grace period, and frees its slot. The caller saw that the
  ;; thread is dead before this call. If another thread owns the slot by now, it took the slot after the advance, and
  ;; its word is not below $seen.
  (func (export "reapDeadReader") (param $slot i32) (param $owner i32)
    (local $word i64)
    (local $wait_word i32)
    ;; Orders STATE, which beginOrJoin() loaded, before the owner. Pairs with the fence of a reader that claims the
    ;; slot. If we still see the dead owner, the new reader's lock comes after our load of STATE, and copies that state
    ;; or a later one. If we see the new owner, we leave the slot alone. x86 and ARMv8 need no fence for that; POWER
    ;; does (the shape RWC).
    (fence)
    (if (i32.ne (i32.atomic.load offset=12 (local.get $slot)) (local.get $owner)) (then (return)))
    (local.set $word (i64.atomic.load (local.get $slot)))
    (if (i64.ge_u (i64.and (local.get $word) (global.get $NOT_NESTING)) (global.get $seen))
      (then (return)))
    (if (i64.ne (i64.atomic.rmw.cmpxchg (local.get $slot) (local.get $word) (i64.const 0)) (local.get $word))
      (then (return)))
    (drop (i32.atomic.rmw.cmpxchg offset=12 (local.get $slot) (local.get $owner) (i32.const 0)))
    ;; As in `leave`: other threads may sleep for its section, and do not know of its death.
    (wake))

  ;; ---- Grace periods ----

  ;; A new domain: no grace period is under way.
  (func (export "initialize")
    (i64.atomic.store (global.get $STATE) (i64.const 2)))

  (func (export "sequence") (result f64)
    (f64.convert_i64_u (i64.shr_u (i64.atomic.load (global.get $STATE)) (i64.const 16))))

  ;; The number of the first grace period that begins after this call. When it is over, so are all sections that may
  ;; have seen what the caller unpublished before.
  (func (export "cookie") (result f64)
    ;; Orders the unpublishing store before the load of STATE. Pairs with the first heavy fence of the grace period that
    ;; we name: that fence comes after its advance, which we have not seen, so it comes after our store.
    (fence)
    (f64.convert_i64_u (i64.add (i64.shr_u (i64.atomic.load (global.get $STATE)) (i64.const 16)) (i64.const 1))))

  ;; Begins a grace period, and returns its number, as `cookie` would name it. Returns 0 if one is under way, or another
  ;; thread was faster. It needs no fence of its own: the unpublishing store comes before the compare-and-swap, and so
  ;; before STATE is FENCED.
  (func (export "begin") (result f64)
    (local $advanced i64)
    (local $found i64)
    (global.set $seen (i64.atomic.load (global.get $STATE)))
    (if (i64.ne (i64.and (global.get $seen) (i64.const 3)) (i64.const 2))
      (then (return (f64.const 0))))
    (begin_next)
    (if (i64.ne (local.get $found) (global.get $seen))
      (then (return (f64.const 0))))
    (f64.convert_i64_u (i64.shr_u (local.get $advanced) (i64.const 16))))

  (func (export "isOver") (param $cookie f64) (result i32)
    (i64.ge_u (i64.atomic.load (global.get $STATE))
      (i64.or (i64.shl (i64.trunc_f64_u (local.get $cookie)) (i64.const 16)) (i64.const 2))))

  ;; Loads STATE, and returns the stage of the grace period to drive, or DONE if the grace period of the cookie is over.
  ;; Begins one if none is under way. Each step ends with this, so its caller knows what comes next.
  (@define begin_or_join
    (global.set $seen (i64.atomic.load (global.get $STATE)))
    (if (i32.and
          (i64.eq (i64.and (global.get $seen) (i64.const 3)) (i64.const 2))
          (i64.lt_u (i64.shr_u (global.get $seen) (i64.const 16)) (i64.trunc_f64_u (local.get $cookie))))
      (then
        (begin_next)
        (if (i64.eq (local.get $found) (global.get $seen))
          (then (local.set $found (local.get $advanced))))
        (global.set $seen (local.get $found))))
    (if (i64.ge_u (global.get $seen)
          (i64.or (i64.shl (i64.trunc_f64_u (local.get $cookie)) (i64.const 16)) (i64.const 2)))
      (then (return (i32.const 2))))
    (i32.wrap_i64 (i64.and (global.get $seen) (i64.const 3))))

  ;; Begins the next grace period. If another thread was faster, $found differs from $seen.
  (@define begin_next
    (local.set $advanced (i64.add (i64.or (global.get $seen) (i64.const 0xffff)) (i64.const 1)))
    (local.set $found (i64.atomic.rmw.cmpxchg (global.get $STATE) (global.get $seen) (local.get $advanced))))

  ;; Moves STATE from the stage that beginOrJoin() saw to the next one, unless another thread was faster.
  (@define advance
    (drop (i64.atomic.rmw.cmpxchg (global.get $STATE) (global.get $seen) (i64.add (global.get $seen) (i64.const 1)))))

  (func (export "beginOrJoin") (param $cookie f64) (result i32)
    (local $advanced i64)
    (local $found i64)
    (begin_or_join))

  ;; ADVANCED to FENCED. The caller has issued the first heavy fence.
  (func (export "fenced") (param $cookie f64) (result i32)
    (local $advanced i64)
    (local $found i64)
    (drop (i64.atomic.rmw.add (global.get $BARRIERS) (i64.const 1)))
    (advance)
    (begin_or_join))

  (func (export "blocksGracePeriod") (param $slot i32) (result i32)
    (local $word i64)
    (local.set $word (i64.atomic.load (local.get $slot)))
    (blocks_grace_period))

  ;; The first slot from this one on that blocks the grace period; 0 if there is none.
  (@define scan
    (local.set $end (end_of_slots))
    (loop $slots
      (if (i32.lt_u (local.get $slot) (local.get $end))
        (then
          (local.set $word (i64.atomic.load (local.get $slot)))
          (if (blocks_grace_period)
            (then (return (local.get $slot))))
          (local.set $slot (i32.add (local.get $slot) (i32.const 128)))
          (br $slots))))
    (i32.const 0))

  ;; The address behind the last slot that was ever in use.
  (@define end_of_slots
    (i32.add (global.get $SLOTS) (i32.shl (i32.atomic.load (global.get $SLOT_HIGH_WATER)) (i32.const 7))))

  ;; Whether the section in $word blocks the grace period that beginOrJoin() saw.
  (@define blocks_grace_period
    (i32.and
      (i64.ne (local.get $word) (i64.const 0))
      (i64.lt_u (i64.and (local.get $word) (global.get $NOT_NESTING)) (global.get $seen))))

  (func (export "scan") (param $slot i32) (result i32)
    (local $word i64)
    (local $end i32)
    (scan))

  ;; The same from the first slot on, once for each grace period: returns -1 after passed(). In the usual case, 0, the
  ;; driver keeps no list.
  (func (export "scanOnce") (result i32)
    (local $slot i32)
    (local $word i64)
    (local $end i32)
    (if (i64.eq (i64.shr_u (global.get $seen) (i64.const 16)) (global.get $passed))
      (then (return (i32.const -1))))
    (local.set $slot (global.get $SLOTS))
    (scan))

  ;; This thread has scanned all slots, for the grace period that beginOrJoin() saw.
  (func (export "passed")
    (global.set $passed (i64.shr_u (global.get $seen) (i64.const 16))))

  ;; FENCED to DONE. The caller saw that no slot blocks the grace period, and then issued the second heavy fence. It
  ;; wakes no thread: a thread that sleeps has marked a slot, and the end of that slot's section wakes it.
  (func (export "finish") (param $cookie f64) (result i32)
    (local $advanced i64)
    (local $found i64)
    (drop (i64.atomic.rmw.add (global.get $BARRIERS) (i64.const 1)))
    (advance)
    (begin_or_join))

  ;; ---- Sleep ----

  ;; Marks a slot, so that its next outermost unlock wakes. Returns what WAIT_WORD is until then. Before the thread
  ;; sleeps, it issues a heavy fence and loads the slot's word once more.
  (func (export "requestWakeUp") (param $slot i32) (result i32)
    (i32.or (i32.atomic.rmw.or offset=16 (local.get $slot) (i32.const 1)) (i32.const 1)))

  ;; ---- The stack ----

  ;; Changes nothing. With $calls = 1 it throws RangeError if the stack has no room for a frame of this function, about
  ;; 1 KB. The frame has room for 129 values, which would exist together if $calls were negative. The inner call is
  ;; essential: V8 checks the stack on entry, before it makes the frame, and not at all in a function without calls.
  (func $require_stack (export "requireStack") (param $calls i32) (result i32)
    (if (i32.gt_s (local.get $calls) (i32.const 0))
      (then (return (call $require_stack (i32.sub (local.get $calls) (i32.const 1))))))
    (if (i32.eqz (local.get $calls))
      (then (return (i32.const 0))))
    (i64.const 0)
    (load_64) (load_64)
    (xor_64) (xor_64)
    (i32.wrap_i64))

  (@define load_64
    (load_8) (load_8) (load_8) (load_8) (load_8) (load_8) (load_8) (load_8))

  (@define load_8
    (load) (load) (load) (load) (load) (load) (load) (load))

  (@define load
    (i64.atomic.load (global.get $SCRATCH)))

  (@define xor_64
    (xor_8) (xor_8) (xor_8) (xor_8) (xor_8) (xor_8) (xor_8) (xor_8))

  (@define xor_8
    (i64.xor) (i64.xor) (i64.xor) (i64.xor) (i64.xor) (i64.xor) (i64.xor) (i64.xor))

)
