;; Read sides of RCU in WebAssembly: by calls of what a domain offers, and written out in the loop as in
;; lib/rcu/domain.wat. And what calls from JavaScript cost that do nothing.
(module
  (import "rcu" "memory" (memory 1 65536 shared))
  (import "rcu" "readLock" (func $readLock (param i32)))
  (import "rcu" "readUnlock" (func $readUnlock (param i32)))
  (import "rcu" "isBad" (func $isBad (result i32)))

  ;; Addresses, as domain.wat has them.
  (global $STATE (export "STATE") i32 (i32.const 128))
  (global (export "WAIT_WORD") i32 (i32.const 16)) ;; within a slot

  (func (export "nothing") (param i32 i32) (result i32)
    (i32.const 0))
  (func (export "loadWord") (param $address i32) (param i32) (result i32)
    (i32.atomic.load (local.get $address)))
  ;; The least of a section: a store and a load.
  (func (export "storeWord") (param $address i32) (param $word i32) (result i32)
    (i32.store (local.get $address) (local.get $word))
    (i32.atomic.load (i32.const 0)))

  (func (export "called") (param $times i32) (param $slot i32)
    (loop $again
      (call $readLock (local.get $slot))
      (call $readUnlock (local.get $slot))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))

  ;; As in lock and unlock of domain.wat, but for what refuses.
  (@define enter
    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket)) (then (return (i32.const -1))))
    (local.set $word (i64.load (local.get $slot)))
    (if (i64.eqz (local.get $word))
      (then
        (i64.store (local.get $slot) (i64.add (i64.atomic.load (global.get $STATE)) (i64.const 4)))
        (light))
      (else
        (if (i64.ge_u (i64.and (local.get $word) (i64.const 0xfffc)) (i64.const 0xfffc))
          (then (return (i32.const -1))))
        (i64.store (local.get $slot) (i64.add (local.get $word) (i64.const 4))))))

  (@define leave
    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket)) (then (return (i32.const -1))))
    (local.set $word (i64.load (local.get $slot)))
    (local.set $nesting (i64.and (local.get $word) (i64.const 0xfffc)))
    (if (i64.eq (local.get $nesting) (i64.const 4))
      (then
        (light)
        (i64.store (local.get $slot) (i64.const 0))
        (light)
        (wake))
      (else
        (if (i64.eqz (local.get $nesting)) (then (return (i32.const -1))))
        (i64.store (local.get $slot) (i64.sub (local.get $word) (i64.const 4))))))

  ;; After leave, in which it is written.
  (@define wake
    (local.set $wait_word (i32.atomic.load offset=16 (local.get $slot)))
    (if (i32.and (local.get $wait_word) (i32.const 1))
      (then
        (if (i32.eq (local.get $wait_word) (i32.atomic.rmw.cmpxchg offset=16
              (local.get $slot) (local.get $wait_word) (i32.add (local.get $wait_word) (i32.const 1))))
          (then (drop (memory.atomic.notify offset=16 (local.get $slot) (i32.const -1))))))))

  ;; As users write it: V8 puts no check of the alignment around a byte.
  (@define light
    (drop (i32.atomic.load8_u (i32.const 16))))

  ;; 0; -1 if a section was refused.
  (func (export "inline") (param $times i32) (param $slot i32) (param $ticket i32) (result i32)
    (local $word i64) (local $nesting i64) (local $wait_word i32)
    (loop $again
      (enter)
      (leave)
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i32.const 0))

  ;; How many records of `$times` were torn or freed, as $isBad sees them inside. -1 if a section was refused.
  (func (export "lookInline") (param $times i32) (param $slot i32) (param $ticket i32) (result i32)
    (local $word i64) (local $nesting i64) (local $wait_word i32) (local $bad i32)
    (loop $again
      (enter)
      (local.set $bad (i32.add (local.get $bad) (call $isBad)))
      (leave)
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $bad)))
