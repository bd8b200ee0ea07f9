;; A reader of a user's own: it reads the two words of a record in a section, by the domain's functions.
(module
  (import "rcu" "memory" (memory 1 65536 shared))
  (import "rcu" "readLock" (func $readLock (param i32)))
  (import "rcu" "readUnlock" (func $readUnlock (param i32)))
  (import "rcu" "data" (global $data i32))

  ;; The record is where the first word of the data says.
  (func (export "sum") (param $slot i32) (result i32)
    (local $record i32)
    (local $sum i32)
    (call $readLock (local.get $slot))
    (local.set $record (i32.atomic.load (global.get $data)))
    (local.set $sum (i32.add (i32.load (local.get $record)) (i32.load offset=4 (local.get $record))))
    (call $readUnlock (local.get $slot))
    (local.get $sum))
  (func (export "unlock") (param $slot i32)
    (call $readUnlock (local.get $slot))))
