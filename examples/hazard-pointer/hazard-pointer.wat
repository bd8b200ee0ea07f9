;; A hazard pointer for WebAssembly threads: one reader, one writer, two versions of a record of 256 words. The reader
;; says which version it is at, and never waits; the writer overwrites a version only when the reader is not at it.
;;
;; The reader runs often. Its fence is inline: an atomic load of a byte whose value is dropped, one movzx on x86-64. The
;; writer runs rarely, and imports the heavy fence of node-membarrier. Each fence names its partner. (A reader that
;; ended while it is at a version would be waited for.)
(module
  (import "memory" "memory" (memory 1 1 shared))
  (import "fence" "heavy" (func $heavy))

  ;; Words, 128 bytes apart: the version that is current, 0 or 1; the hazard, one more than the version that the reader
  ;; is at, or 0. Then the two versions.
  (global $CURRENT i32 (i32.const 0))
  (global $HAZARD i32 (i32.const 128))
  (global $FENCE i32 (i32.const 64)) ;; any byte, best in a line that is seldom written
  (global $RECORDS i32 (i32.const 256))
  (global $RECORD_BYTES i32 (i32.const 1024))

  ;; Reads the current version, and answers whether it is whole: whether all its words are equal.
  (func (export "read") (result i32)
    (local $version i32)
    (local $record i32)
    (local $word i32)
    (local $whole i32)
    (loop $again
      (local.set $version (i32.atomic.load (global.get $CURRENT)))
      (i32.store (global.get $HAZARD) (i32.add (local.get $version) (i32.const 1)))
      ;; Light: HAZARD before CURRENT. Pairs with the first $heavy of publish, between CURRENT and HAZARD.
      (drop (i32.atomic.load8_u (global.get $FENCE)))
      (br_if $again (i32.ne (local.get $version) (i32.atomic.load (global.get $CURRENT)))))

    (local.set $record (i32.add (global.get $RECORDS) (i32.mul (local.get $version) (global.get $RECORD_BYTES))))
    (local.set $whole (i32.const 1))
    (loop $next
      (local.set $whole (i32.and (local.get $whole)
        (i32.eq (i32.load (local.get $record)) (i32.load (i32.add (local.get $record) (local.get $word))))))
      (local.set $word (i32.add (local.get $word) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $word) (global.get $RECORD_BYTES))))

    ;; Light: the record before HAZARD. Pairs with the second $heavy of publish, between HAZARD and the next record.
    (drop (i32.atomic.load8_u (global.get $FENCE)))
    (i32.store (global.get $HAZARD) (i32.const 0))
    (local.get $whole))

  ;; Writes a value to all words of the version that is not current, makes it current, and waits until the reader has
  ;; left the other one, which the next call overwrites.
  (func (export "publish") (param $value i32)
    (local $old i32)
    (local $new i32)
    (local $record i32)
    (local $word i32)
    (local.set $old (i32.atomic.load (global.get $CURRENT)))
    (local.set $new (i32.sub (i32.const 1) (local.get $old)))
    (local.set $record (i32.add (global.get $RECORDS) (i32.mul (local.get $new) (global.get $RECORD_BYTES))))
    (loop $next
      (i32.store (i32.add (local.get $record) (local.get $word)) (local.get $value))
      (local.set $word (i32.add (local.get $word) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $word) (global.get $RECORD_BYTES))))

    ;; Sequentially consistent: the record before CURRENT, to a reader that loads the two in order.
    (i32.atomic.store (global.get $CURRENT) (local.get $new))
    (call $heavy)
    (loop $wait
      (br_if $wait
        (i32.eq (i32.atomic.load (global.get $HAZARD)) (i32.add (local.get $old) (i32.const 1)))))
    (call $heavy)))
