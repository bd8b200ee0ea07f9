;; The words of a shared table, and every step that a thread takes on them. SharedMap is such a table; SharedCell is one
;; with a single key.
;;
;; The table lies in the data area of an RCU domain. $at is the address of its header. It uses open addressing with
;; linear probing. An entry is one 64-bit word: the key's hash (high), and the address of its record (low). The address
;; is 0 for an entry that was never used, and 1 for a deleted one. Records do not change. An update writes a new record,
;; publishes it by one store to the entry, and retires the old one until a grace period is over. A growth makes a new
;; array of entries, and publishes it by one store to CURRENT.
;;
;; Readers search in a read-side critical section and take no lock. $slot is 0 where the thread is in one already.
;; Writers take turns by LOCK, a robust lock (lib/fence/robust-lock.ts).
;;
;; VERSIONS has a word for each stripe: the keys whose hashes have the same lowest 12 bits. A writer makes it odd before
;; it publishes, and even afterwards. So a thread that finds the same even version twice knows that no key of the stripe
;; has changed in between. docs/internals/collections.md has the whole argument.
;;
;; What no interruption may tear. V8 stops a thread (terminate(), a vm timeout) at loops and calls of JavaScript, and
;; nowhere else in these functions. `mutate` has no loop after its first store to shared words. It takes LOCK after its
;; loops and gives it back before it ends. Functions with a loop after a store need LOCK from their caller, and leave
;; words by which recover() completes or undoes what they began: RESERVED and CLEARING.
(module
  (import "table" "memory" (memory 1 65536 shared))
  (import "table" "holder" (global $holder i32)) ;; what LOCK is while this thread holds it
  (import "table" "fenceByCas" (global $fence_by_cas i32)) ;; 1 where atomic.fence is not enough

  ;; ---- The header, as offsets. A line of 128 bytes is written by one kind of thread ----

  ;; Constants; memory.ts has the others of this line.
  (global $HEAP (export "HEAP") i32 (i32.const 12)) ;; where blocks begin
  (global $END (export "END") i32 (i32.const 16)) ;; where they end
  (global $BATCH_BYTES (export "BATCH_BYTES") i32 (i32.const 20))

  (global $POISON (export "POISON") i32 (i32.const 36)) ;; whether memory that is freed is overwritten

  (global $SEED (export "SEED") i32 (i32.const 112)) ;; 64 bits, of which the hashes of keys depend

  ;; The array of entries: its address (low), and the shift that makes an index of a hash (high).
  (global $CURRENT (export "CURRENT") i32 (i32.const 128))

  ;; Counts the changes. Its low half is what subscribers wait on, if WATCHED is not 0.
  (global $SERIAL (export "SERIAL") i32 (i32.const 256))
  (global $WATCHED (export "WATCHED") i32 (i32.const 264))

  (global $LOCK (export "LOCK") i32 (i32.const 384))

  ;; What follows is read and written by the thread that holds LOCK; statistics may read it at any time.
  (global $COUNT (export "COUNT") i32 (i32.const 512)) ;; keys
  (global $USED (export "USED") i32 (i32.const 516)) ;; entries that are not 0
  (global $TOP (export "TOP") i32 (i32.const 520)) ;; blocks from here on have never been in use
  ;; Retired records and arrays, linked: those that no grace period has been named for, and those that wait for the one
  ;; of COOKIE.
  (global $OPEN (export "OPEN") i32 (i32.const 524))
  (global $OPEN_COUNT (export "OPEN_COUNT") i32 (i32.const 528))
  (global $WAITING (export "WAITING") i32 (i32.const 532))
  (global $OPEN_BYTES (export "OPEN_BYTES") i32 (i32.const 536))
  (global $COOKIE (export "COOKIE") i32 (i32.const 544))
  (global $LIVE_BYTES (export "LIVE_BYTES") i32 (i32.const 552))
  (global $RETIRED_BYTES (export "RETIRED_BYTES") i32 (i32.const 560))
  (global $ARRAY_BYTES (export "ARRAY_BYTES") i32 (i32.const 568))
  ;; A block that has been taken and not published, or 0.
  (global $RESERVED (export "RESERVED") i32 (i32.const 576))
  ;; The block of an empty array, for clear() where there is no other; or 0.
  (global $SPARE (export "SPARE") i32 (i32.const 600))
  ;; How far clear() has come: 0, or 1: versions become odd. 2: the new array is published. 3: the old one, CLEARED, is
  ;; drained from DRAINED on.
  (global $CLEARING (export "CLEARING") i32 (i32.const 580))
  (global $DRAINED i32 (i32.const 584))
  (global $CLEARED i32 (i32.const 592))

  (global $FREE (export "FREE") i32 (i32.const 1024)) ;; a list for each class of sizes
  (global $VERSIONS (export "VERSIONS") i32 (i32.const 4096))
  (global (export "STRIPES") i32 (i32.const 4096))
  (global (export "SCRATCHES") i32 (i32.const 20480)) ;; one for each slot of the domain

  ;; A thread's scratch: what `find` answers, the key, and the value that was found or is to be stored.
  (global $FOUND_VERSION (export "FOUND_VERSION") i32 (i32.const 0))
  (global $FOUND_HASH (export "FOUND_HASH") i32 (i32.const 4))
  (global $FOUND_SERIAL (export "FOUND_SERIAL") i32 (i32.const 8))
  (global $NEXT_CURSOR (export "NEXT_CURSOR") i32 (i32.const 16))
  (global $KEY (export "KEY") i32 (i32.const 128))
  (global (export "KEY_BYTES") i32 (i32.const 8192)) ;; and a margin, since words are read whole
  (global $VALUE (export "VALUE") i32 (i32.const 8384))
  (global $VALUE_BYTES (export "VALUE_BYTES") i32 (i32.const 8000))
  (global (export "SCRATCH_SIZE") i32 (i32.const 16384))

  ;; A block: 24 bytes, then what it is for. In a record: the key and the value.
  (global $LINK (export "LINK") i32 (i32.const 0)) ;; the next in its list
  (global $META (export "META") i32 (i32.const 4)) ;; the kind of the key, of the value << 2, the class of the size << 8
  (global $KEY_LENGTH (export "KEY_LENGTH") i32 (i32.const 8))
  (global $VALUE_LENGTH (export "VALUE_LENGTH") i32 (i32.const 12))
  (global $RECORD_SERIAL (export "RECORD_SERIAL") i32 (i32.const 16)) ;; of the change that wrote it
  (global $PAYLOAD (export "PAYLOAD") i32 (i32.const 24))

  ;; What `mutate` answers. POLL may be added: a grace period is wanted.
  (global $BUSY i32 (i32.const 1)) ;; another thread holds LOCK, or has just changed something
  (global $GROW i32 (i32.const 2)) ;; there is no free entry
  (global $FULL i32 (i32.const 3)) ;; there is no free block
  (global $EXISTS i32 (i32.const 4))
  (global $CHANGED i32 (i32.const 5))
  (global $ABSENT i32 (i32.const 6))
  (global $POLL i32 (i32.const 16))

  ;; For which change `mutate` is asked.
  (global $ONLY_IF_ABSENT i32 (i32.const 1))
  (global $ONLY_IF_SERIAL i32 (i32.const 2))
  (global $CROWDED i32 (i32.const 4)) ;; there is no room for a larger array

  (global $K1 i64 (i64.const 0x9e3779b97f4a7c15))
  (global $K2 i64 (i64.const 0xd6e8feb86659fd93))

  ;; For what is no step: single words, and 64-bit ones as numbers.
  (func (export "load") (param $address i32) (result i32)
    (i32.atomic.load (local.get $address)))
  (func (export "store") (param $address i32) (param $word i32)
    (i32.atomic.store (local.get $address) (local.get $word)))
  (func (export "count") (param $address i32) (result f64)
    (f64.convert_i64_u (i64.atomic.load (local.get $address))))

  ;; Whether the word of a stripe is still $version. One sequentially consistent load, which a kept value rests on. The
  ;; comparison is here because V8 compiles this call better than Atomics.load.
  (func (export "isCurrent") (param $word_at i32) (param $version i32) (result i32)
    (i32.eq (i32.atomic.load (local.get $word_at)) (local.get $version)))

  ;; ---- Definitions ----

  ;; $hash of the key in the scratch. Each word is folded and multiplied by numbers that depend on the seed, twice. So
  ;; nobody who does not know the seed can tell which change of one word another word takes back.
  (@define hash_key
    (local.set $seed (i64.load offset=$SEED (local.get $at)))
    (local.set $h (i64.xor (local.get $seed)
      (i64.extend_i32_u (i32.add (local.get $length) (i32.shl (local.get $kind) (i32.const 24))))))
    (local.set $i (i32.const 0))
    (block $hashed
      (loop $words
        (local.set $left (i32.sub (local.get $length) (local.get $i)))
        (br_if $hashed (i32.eqz (local.get $left)))
        (local.set $word (i64.load offset=$KEY (i32.add (local.get $scratch) (local.get $i))))
        (if (i32.lt_u (local.get $left) (i32.const 8))
          (then
            (local.set $word (i64.shl (local.get $word) (unused_bits)))
            (local.set $left (i32.const 8))
            (local.set $i (i32.sub (local.get $length) (i32.const 8)))))
        (local.set $word (i64.mul (fold_word) (i64.or (i64.mul (local.get $seed) (global.get $K1)) (i64.const 1))))
        (local.set $word (fold_word))
        (local.set $h (i64.mul
          (i64.xor (local.get $h) (local.get $word))
          (i64.or (i64.mul (local.get $seed) (global.get $K2)) (i64.const 1))))
        (local.set $h (i64.xor (local.get $h) (i64.shr_u (local.get $h) (i64.const 29))))
        (local.set $i (i32.add (local.get $i) (i32.const 8)))
        (br $words)))
    (local.set $h (i64.mul (i64.xor (local.get $h) (i64.shr_u (local.get $h) (i64.const 32))) (global.get $K2)))
    (local.set $hash (i32.wrap_i64 (i64.xor
      (i64.shr_u (local.get $h) (i64.const 32)) (i64.shr_u (local.get $h) (i64.const 3))))))

  ;; Searches CURRENT for the key in the scratch. Sets $record, or 0 if there is none; $address, of its entry or of the
  ;; entry that is 0; and $vacant, the first deleted entry that was passed, or 0.
  (@define search
    (local.set $vacant (i32.const 0))
    (open_current)
    (local.set $index (i32.shr_u (local.get $hash) (local.get $shift)))
    (block $found
      (loop $probe
        (local.set $address (i32.add (local.get $base) (i32.shl (local.get $index) (i32.const 3))))
        (local.set $entry (i64.atomic.load (local.get $address)))
        (local.set $record (i32.wrap_i64 (local.get $entry)))
        (br_if $found (i32.eqz (local.get $record)))
        (if (i32.eq (local.get $record) (i32.const 1))
          (then
            (if (i32.eqz (local.get $vacant)) (then (local.set $vacant (local.get $address)))))
          (else
            (if (i32.eq (hash_of_entry) (local.get $hash))
              (then (same_key)))))
        (local.set $index (i32.and (i32.add (local.get $index) (i32.const 1)) (local.get $mask)))
        (br $probe))))

  ;; Branches to $found if the key of $record is the one in the scratch.
  (@define same_key
    (block $different
      (br_if $different (i32.ne (local.get $kind) (i32.and (i32.load offset=$META (local.get $record)) (i32.const 3))))
      (br_if $different (i32.ne (local.get $length) (i32.load offset=$KEY_LENGTH (local.get $record))))
      (local.set $i (i32.const 0))
      (loop $words
        (local.set $left (i32.sub (local.get $length) (local.get $i)))
        (br_if $found (i32.eqz (local.get $left)))
        (local.set $word (i64.xor
          (i64.load offset=$PAYLOAD (i32.add (local.get $record) (local.get $i)))
          (i64.load offset=$KEY (i32.add (local.get $scratch) (local.get $i)))))
        (if (i32.lt_u (local.get $left) (i32.const 8))
          (then
            (local.set $word (i64.shl (local.get $word) (unused_bits)))
            (local.set $i (i32.sub (local.get $length) (i32.const 8)))))
        (br_if $different (i64.ne (local.get $word) (i64.const 0)))
        (local.set $i (i32.add (local.get $i) (i32.const 8)))
        (br $words))))

  (@define fold_word
    (i64.xor (local.get $word) (i64.shr_u (local.get $word) (i64.const 32))))

  ;; Of a 64-bit word of which $left bytes count.
  (@define unused_bits
    (i64.extend_i32_u (i32.sub (i32.const 64) (i32.shl (local.get $left) (i32.const 3)))))

  (@define open_current
    (local.set $current (i64.atomic.load offset=$CURRENT (local.get $at)))
    (local.set $base (i32.wrap_i64 (local.get $current)))
    (local.set $shift (i32.wrap_i64 (i64.shr_u (local.get $current) (i64.const 32))))
    (local.set $mask (i32.sub (i32.shl (i32.const 1) (i32.sub (i32.const 32) (local.get $shift))) (i32.const 1))))

  ;; Whether one more entry would take more than four fifths of the array.
  (@define is_crowded
    (i64.gt_u
      (i64.mul (i64.extend_i32_u (i32.add (i32.load offset=$USED (local.get $at)) (i32.const 1))) (i64.const 5))
      (i64.mul (i64.extend_i32_u (i32.add (local.get $mask) (i32.const 1))) (i64.const 4))))

  ;; Whether it would take more than fifteen sixteenths. Without room for a larger array, long searches are accepted.
  (@define is_full
    (i64.gt_u
      (i64.mul (i64.extend_i32_u (i32.add (i32.load offset=$USED (local.get $at)) (i32.const 1))) (i64.const 16))
      (i64.mul (i64.extend_i32_u (i32.add (local.get $mask) (i32.const 1))) (i64.const 15))))

  (@define hash_of_entry
    (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 32))))

  (@define stripe
    (i32.add (local.get $at) (i32.shl (i32.and (local.get $hash) (i32.const 4095)) (i32.const 2))))

  ;; $version, odd, becomes even. The last one stays odd for good, so that no version comes twice: then no thread keeps
  ;; values of that stripe.
  (@define make_even
    (i32.atomic.store offset=$VERSIONS (local.get $word_at)
      (i32.add (local.get $version) (i32.ne (local.get $version) (i32.const -1)))))

  ;; Retires $block: the grace period that frees it has not been named yet.
  (@define retire
    (local.set $bytes (i64.extend_i32_u (size_of_block)))
    (i32.store offset=$LINK (local.get $block) (i32.load offset=$OPEN (local.get $at)))
    (i32.store offset=$OPEN (local.get $at) (local.get $block))
    (i32.store offset=$OPEN_COUNT (local.get $at)
      (i32.add (i32.load offset=$OPEN_COUNT (local.get $at)) (i32.const 1)))
    (i64.store offset=$OPEN_BYTES (local.get $at)
      (i64.add (i64.load offset=$OPEN_BYTES (local.get $at)) (local.get $bytes)))
    (i64.store offset=$RETIRED_BYTES (local.get $at)
      (i64.add (i64.load offset=$RETIRED_BYTES (local.get $at)) (local.get $bytes))))

  ;; Names the next grace period for what has been retired, if enough is, and nothing waits for another one.
  (@define close_batch
    (if (i32.and
          (i32.eqz (i32.load offset=$WAITING (local.get $at)))
          (i32.or
            (i32.ge_u (i32.load offset=$OPEN_COUNT (local.get $at)) (local.get $least))
            (i64.ge_u (i64.load offset=$OPEN_BYTES (local.get $at))
              (i64.load32_u offset=$BATCH_BYTES (local.get $at)))))
      (then
        ;; The unpublishing stores before STATE: pairs with the first heavy fence of the grace period that we name.
        (fence)
        (i64.store offset=$COOKIE (local.get $at)
          (i64.add (i64.shr_u (i64.atomic.load (global.get $STATE)) (i64.const 16)) (i64.const 1)))
        (i32.store offset=$WAITING (local.get $at) (i32.load offset=$OPEN (local.get $at)))
        (i32.store offset=$OPEN (local.get $at) (i32.const 0))
        (i32.store offset=$OPEN_COUNT (local.get $at) (i32.const 0))
        (i64.store offset=$OPEN_BYTES (local.get $at) (i64.const 0)))))

  (@define is_over
    (i64.ge_u (i64.atomic.load (global.get $STATE))
      (i64.or (i64.shl (i64.load offset=$COOKIE (local.get $at)) (i64.const 16)) (i64.const 2))))

  ;; Frees the first block that waits. Its grace period is over.
  (@define reclaim
    (local.set $block (i32.load offset=$WAITING (local.get $at)))
    (if (local.get $block)
      (then
        (i32.store offset=$WAITING (local.get $at) (i32.load offset=$LINK (local.get $block)))
        (i64.store offset=$RETIRED_BYTES (local.get $at)
          (i64.sub (i64.load offset=$RETIRED_BYTES (local.get $at)) (i64.extend_i32_u (size_of_block))))
        ;; For debugging: who still reads it reads this.
        (if (i32.load offset=$POISON (local.get $at))
          (then (memory.fill
            (i32.add (local.get $block) (global.get $PAYLOAD))
            (i32.const 0xdb)
            (i32.sub (size_of_block) (global.get $PAYLOAD)))))
        (free_block))))

  ;; $block to the list of its class.
  (@define free_block
    (local.set $list (i32.add (local.get $at) (i32.shl (class_of_block) (i32.const 2))))
    (i32.store offset=$LINK (local.get $block) (i32.load offset=$FREE (local.get $list)))
    (i32.store offset=$FREE (local.get $list) (local.get $block)))

  ;; Chooses a $block for $size bytes, and changes nothing: from its class's list, else from TOP. 0 if there is none.
  (@define choose_block
    (classify)
    (local.set $list (i32.add (local.get $at) (i32.shl (local.get $class) (i32.const 2))))
    (local.set $block (i32.load offset=$FREE (local.get $list)))
    (local.set $from_top (i32.eqz (local.get $block)))
    (if (local.get $from_top)
      (then
        (if (i32.ge_u
              (i32.sub (i32.load offset=$END (local.get $at)) (i32.load offset=$TOP (local.get $at)))
              (local.get $size))
          (then (local.set $block (i32.load offset=$TOP (local.get $at))))))))

  ;; Takes the $block that has been chosen.
  (@define take_block
    (if (local.get $from_top)
      (then (i32.store offset=$TOP (local.get $at) (i32.add (local.get $block) (local.get $size))))
      (else (i32.store offset=$FREE (local.get $list) (i32.load offset=$LINK (local.get $block))))))

  ;; The $class of $size, which is rounded up to what blocks of that class have: steps of 8 up to 256, then 16 steps for
  ;; each doubling.
  (@define classify
    (if (i32.le_u (local.get $size) (i32.const 256))
      (then
        (local.set $class (i32.shr_u (i32.add (local.get $size) (i32.const 7)) (i32.const 3)))
        (local.set $size (i32.shl (local.get $class) (i32.const 3))))
      (else
        (local.set $i (i32.sub (i32.const 27) (i32.clz (i32.sub (local.get $size) (i32.const 1)))))
        (local.set $left (i32.shr_u (i32.sub (local.get $size) (i32.const 1)) (local.get $i)))
        (local.set $class (i32.add (i32.shl (i32.sub (local.get $i) (i32.const 4)) (i32.const 4))
          (i32.add (local.get $left) (i32.const 17))))
        (local.set $size (i32.shl (i32.add (local.get $left) (i32.const 1)) (local.get $i))))))

  ;; The reserved array becomes CURRENT.
  (@define publish_array
    (i32.store offset=$RESERVED (local.get $at) (i32.const 0))
    (local.set $block (i32.sub (i32.wrap_i64 (local.get $fresh)) (global.get $PAYLOAD)))
    (i64.store offset=$ARRAY_BYTES (local.get $at) (i64.extend_i32_u (size_of_block)))
    (i64.atomic.store offset=$CURRENT (local.get $at) (local.get $fresh))
    (i64.atomic.store offset=$SERIAL (local.get $at)
      (i64.add (i64.atomic.load offset=$SERIAL (local.get $at)) (i64.const 1))))

  (@define size_of_block
    (select
      (i32.shl (class_of_block) (i32.const 3))
      (i32.shl
        (i32.add (i32.const 17) (i32.and (i32.sub (class_of_block) (i32.const 33)) (i32.const 15)))
        (i32.add (i32.const 4) (i32.shr_u (i32.sub (class_of_block) (i32.const 33)) (i32.const 4))))
      (i32.le_u (class_of_block) (i32.const 32))))

  (@define class_of_block
    (i32.shr_u (i32.load offset=$META (local.get $block)) (i32.const 8)))

  ;; Wakes the subscribers, if there are any. They set WATCHED again before they wait again.
  (@define notify
    (if (i32.atomic.load offset=$WATCHED (local.get $at))
      (then
        (i32.atomic.store offset=$WATCHED (local.get $at) (i32.const 0))
        (drop (memory.atomic.notify offset=$SERIAL (local.get $at) (i32.const -1))))))

  (@define unlock
    (if (i32.ne (i32.atomic.rmw.xchg offset=$LOCK (local.get $at) (i32.const 0)) (global.get $holder))
      (then (drop (memory.atomic.notify offset=$LOCK (local.get $at) (i32.const 1))))))

  (@define shift_of_cleared
    (i32.wrap_i64 (i64.shr_u (local.get $current) (i64.const 32))))

  ;; As a number, which is exact below 2^53.
  (@define serial_of_record
    (f64.convert_i64_u (i64.load offset=$RECORD_SERIAL (local.get $record))))

(@include "../rcu/section.wat")
  ;; ---- Readers ----

  ;; Searches for the key in the scratch and copies its value there, in a section of $slot. Returns, from the lowest
  ;; bit: whether the version was odd (1 bit), the kind of the value (2 bits), its length. Returns -1 or -2 (odd) if
  ;; there is no such key; -3 or -4 if its value is too long for the scratch.
  (func (export "find")
    (param $at i32) (param $scratch i32) (param $slot i32) (param $kind i32) (param $length i32) (result i32)
    (local $h i64) (local $seed i64) (local $i i32) (local $left i32) (local $word i64) (local $hash i32)
    (local $current i64) (local $base i32) (local $shift i32) (local $mask i32) (local $index i32) (local $address i32)
    (local $entry i64) (local $record i32) (local $vacant i32)
    (local $version i32) (local $result i32) (local $wait_word i32) (local $bytes i32)
    (hash_key)
    ;; Loaded before the search. If a writer publishes after this load, the version never has this value again.
    (local.set $version (i32.atomic.load offset=$VERSIONS (stripe)))
    (if (local.get $slot) (then (enter)))
    (search)
    (if (i32.eqz (local.get $record))
      (then (local.set $result (i32.sub (i32.const -1) (i32.and (local.get $version) (i32.const 1)))))
      (else
        (f64.store offset=$FOUND_SERIAL (local.get $scratch) (serial_of_record))
        (local.set $bytes (i32.load offset=$VALUE_LENGTH (local.get $record)))
        (if (i32.gt_u (local.get $bytes) (global.get $VALUE_BYTES))
          (then (local.set $result (i32.sub (i32.const -3) (i32.and (local.get $version) (i32.const 1)))))
          (else
            (memory.copy
              (i32.add (local.get $scratch) (global.get $VALUE))
              (i32.add (i32.add (local.get $record) (global.get $PAYLOAD)) (local.get $length))
              (local.get $bytes))
            (local.set $result (i32.or
              (i32.shl (local.get $bytes) (i32.const 3))
              (i32.or
                (i32.shr_u (i32.and (i32.load offset=$META (local.get $record)) (i32.const 12)) (i32.const 1))
                (i32.and (local.get $version) (i32.const 1)))))))))
    (if (local.get $slot) (then (leave)))
    (i32.store offset=$FOUND_VERSION (local.get $scratch) (local.get $version))
    (i32.store offset=$FOUND_HASH (local.get $scratch) (local.get $hash))
    (local.get $result))

  ;; The record of the key in the scratch, or 0. The caller is in a section.
  (func (export "locate")
    (param $at i32) (param $scratch i32) (param $kind i32) (param $length i32) (result i32)
    (local $h i64) (local $seed i64) (local $i i32) (local $left i32) (local $word i64) (local $hash i32)
    (local $current i64) (local $base i32) (local $shift i32) (local $mask i32) (local $index i32) (local $address i32)
    (local $entry i64) (local $record i32) (local $vacant i32)
    (hash_key)
    (search)
    (local.get $record))

  ;; Writes to the scratch the addresses of the records whose hashes lie in the next part of the hash space. The part
  ;; begins at $cursor and has the size $span. An array of another size has the same order, so a cursor stays valid when
  ;; the table grows. The caller is in a section. Returns how many there are, or -1 if they do not fit. NEXT_CURSOR is
  ;; where the next part begins: 2^32 at the end. (With a $span of 1, those that do not fit are left out. That takes
  ;; 2,000 keys of one hash.)
  (func (export "collect")
    (param $at i32) (param $scratch i32) (param $cursor f64) (param $span f64) (result i32)
    (local $current i64) (local $base i32) (local $shift i32) (local $mask i32)
    (local $entry i64) (local $record i32) (local $hash i64) (local $count i32)
    (local $position i64) (local $begin i64) (local $end i64) (local $home i64) (local $last i64)
    (open_current)
    (local.set $begin (i64.trunc_f64_u (local.get $cursor)))
    (local.set $position (i64.shr_u (local.get $begin) (i64.extend_i32_u (local.get $shift))))
    (local.set $end (i64.add (local.get $begin) (i64.trunc_f64_u (local.get $span))))
    (if (i64.gt_u (local.get $end) (i64.const 0x100000000)) (then (local.set $end (i64.const 0x100000000))))
    (f64.store offset=$NEXT_CURSOR (local.get $scratch) (f64.convert_i64_u (local.get $end)))
    (local.set $last (i64.shr_u (i64.sub (local.get $end) (i64.const 1)) (i64.extend_i32_u (local.get $shift))))
    (block $done
      (loop $entries
        (local.set $entry (i64.atomic.load (i32.add (local.get $base)
          (i32.shl (i32.and (i32.wrap_i64 (local.get $position)) (local.get $mask)) (i32.const 3)))))
        (local.set $record (i32.wrap_i64 (local.get $entry)))
        (br_if $done (i32.and (i32.eqz (local.get $record)) (i64.gt_u (local.get $position) (local.get $last))))
        (local.set $hash (i64.shr_u (local.get $entry) (i64.const 32)))
        (local.set $home (i64.shr_u (local.get $hash) (i64.extend_i32_u (local.get $shift))))
        ;; An entry that lies before its home belongs to the end of the array: it is met once more there, behind the
        ;; last index.
        (if (i32.and
              (i32.and
                (i32.gt_u (local.get $record) (i32.const 1))
                (i32.eq
                  (i64.gt_u (local.get $home) (i64.and (local.get $position) (i64.extend_i32_u (local.get $mask))))
                  (i64.gt_u (local.get $position) (i64.extend_i32_u (local.get $mask)))))
              (i32.and
                (i64.ge_u (local.get $hash) (local.get $begin))
                (i64.lt_u (local.get $hash) (local.get $end))))
          (then
            (if (i32.eq (local.get $count) (i32.const 2000)) ;; as many words as VALUE has room for
              (then
                (br_if $done (f64.eq (local.get $span) (f64.const 1)))
                (return (i32.const -1))))
            (i32.store offset=$VALUE (i32.add (local.get $scratch) (i32.shl (local.get $count) (i32.const 2)))
              (local.get $record))
            (local.set $count (i32.add (local.get $count) (i32.const 1)))))
        (local.set $position (i64.add (local.get $position) (i64.const 1)))
        (br $entries)))
    (local.get $count))

  ;; ---- Writers ----

  ;; Stores the value behind the key in the scratch, or that of the $reserved block, which has both; with $value_length
  ;; -1 it deletes the key. $mode says under which condition. With $held the caller holds LOCK. Answers 0 or why nothing
  ;; was changed.
  (func (export "mutate")
    (param $at i32) (param $scratch i32) (param $slot i32) (param $held i32) (param $mode i32) (param $kind i32)
    (param $length i32) (param $value_kind i32) (param $value_length i32) (param $reserved i32) (param $expected f64)
    (result i32)
    (local $h i64) (local $seed i64) (local $i i32) (local $left i32) (local $word i64) (local $hash i32)
    (local $current i64) (local $base i32) (local $shift i32) (local $mask i32) (local $index i32) (local $address i32)
    (local $entry i64) (local $record i32) (local $vacant i32)
    (local $serial i64) (local $result i32) (local $size i32) (local $class i32) (local $list i32) (local $block i32)
    (local $from_top i32) (local $new i32) (local $version i32) (local $word_at i32) (local $bytes i64)
    (local $least i32) (local $wait_word i32) (local $payload i32)
    (local.set $least (i32.const 256))
    (local.set $serial (i64.atomic.load offset=$SERIAL (local.get $at)))
    (hash_key)
    (if (local.get $slot) (then (enter)))
    (search)
    ;; No loop from here on, and nothing shared has been changed.
    (block $give_up
      (local.set $result (global.get $BUSY))
      (if (i32.eqz (local.get $held))
        (then (br_if $give_up
          (i32.atomic.rmw.cmpxchg offset=$LOCK (local.get $at) (i32.const 0) (global.get $holder)))))
      (block $refuse
        ;; What we have found without LOCK may have changed before we took it.
        (br_if $refuse (i64.ne (local.get $serial) (i64.atomic.load offset=$SERIAL (local.get $at))))
        (if (i32.and (local.get $mode) (global.get $ONLY_IF_ABSENT))
          (then
            (local.set $result (global.get $EXISTS))
            (br_if $refuse (local.get $record))))
        (if (i32.and (local.get $mode) (global.get $ONLY_IF_SERIAL))
          (then
            (local.set $result (global.get $CHANGED))
            (br_if $refuse (f64.ne (local.get $expected)
              (if (result f64) (local.get $record) (then (serial_of_record)) (else (f64.const 0)))))))
        (if (i32.eq (local.get $value_length) (i32.const -1))
          (then
            (local.set $result (global.get $ABSENT))
            (br_if $refuse (i32.eqz (local.get $record)))
            (local.set $new (i32.const 1))
            ;; Before an entry that was never used, nobody searches on: this one can be as new.
            (if (i64.eqz (i64.load (i32.add (local.get $base) (i32.shl
                  (i32.and (i32.add (local.get $index) (i32.const 1)) (local.get $mask)) (i32.const 3)))))
              (then (local.set $new (i32.const 0)))))
          (else
            (if (i32.eqz (local.get $record))
              (then
                (if (local.get $vacant)
                  (then (local.set $address (local.get $vacant)))
                  (else
                    (local.set $result (global.get $GROW))
                    (br_if $refuse (select
                      (is_full)
                      (is_crowded)
                      (i32.and (local.get $mode) (global.get $CROWDED))))))))
            (if (local.get $reserved)
              (then
                (local.set $block (local.get $reserved))
                (local.set $class (class_of_block)))
              (else
                (local.set $size (i32.add (global.get $PAYLOAD)
                  (i32.add (local.get $length) (local.get $value_length))))
                (choose_block)
                (local.set $result (global.get $FULL))
                (br_if $refuse (i32.eqz (local.get $block)))
                (local.set $payload (i32.add (local.get $block) (global.get $PAYLOAD)))
                (memory.copy
                  (local.get $payload)
                  (i32.add (local.get $scratch) (global.get $KEY))
                  (local.get $length))
                (memory.copy
                  (i32.add (local.get $payload) (local.get $length))
                  (i32.add (local.get $scratch) (global.get $VALUE))
                  (local.get $value_length))))
            (local.set $new (local.get $block))))

        ;; Nothing below fails. The record first: it is published with its bytes.
        (local.set $result (i32.const 0))
        (if (i32.gt_u (local.get $new) (i32.const 1))
          (then
            (if (local.get $reserved)
              (then (i32.store offset=$RESERVED (local.get $at) (i32.const 0)))
              (else (take_block)))
            (i32.store offset=$META (local.get $new) (i32.or (local.get $kind)
              (i32.or (i32.shl (local.get $value_kind) (i32.const 2)) (i32.shl (local.get $class) (i32.const 8)))))
            (i32.store offset=$KEY_LENGTH (local.get $new) (local.get $length))
            (i32.store offset=$VALUE_LENGTH (local.get $new) (local.get $value_length))
            (i64.store offset=$RECORD_SERIAL (local.get $new) (i64.add (local.get $serial) (i64.const 1)))
            (local.set $block (local.get $new))
            (i64.store offset=$LIVE_BYTES (local.get $at)
              (i64.add (i64.load offset=$LIVE_BYTES (local.get $at)) (i64.extend_i32_u (size_of_block))))
            (if (i32.eqz (local.get $record))
              (then
                (i32.store offset=$COUNT (local.get $at)
                  (i32.add (i32.load offset=$COUNT (local.get $at)) (i32.const 1)))
                (if (i32.eqz (local.get $vacant))
                  (then (i32.store offset=$USED (local.get $at)
                    (i32.add (i32.load offset=$USED (local.get $at)) (i32.const 1)))))))))

        ;; The version becomes odd before the entry changes, and even after it. So a thread that finds the version even
        ;; and unchanged knows that the value is unchanged. If it changed only before the entry, a reader could keep the
        ;; old value under the new version. If it changed only after, a reader could return the old value although
        ;; another reader has already returned the new one.
        (local.set $word_at (stripe))
        (local.set $version (i32.or (i32.atomic.load offset=$VERSIONS (local.get $word_at)) (i32.const 1)))
        (i32.atomic.store offset=$VERSIONS (local.get $word_at) (local.get $version))
        (i64.atomic.store (local.get $address)
          (select
            (i64.or
              (i64.shl (i64.extend_i32_u (local.get $hash)) (i64.const 32))
              (i64.extend_i32_u (local.get $new)))
            (i64.const 0)
            (local.get $new)))
        (make_even)

        (if (local.get $record)
          (then
            (local.set $block (local.get $record))
            (retire)
            (i64.store offset=$LIVE_BYTES (local.get $at)
              (i64.sub (i64.load offset=$LIVE_BYTES (local.get $at)) (local.get $bytes)))
            (if (i32.le_u (local.get $new) (i32.const 1))
              (then
                (i32.store offset=$COUNT (local.get $at)
                  (i32.sub (i32.load offset=$COUNT (local.get $at)) (i32.const 1)))
                (i32.store offset=$USED (local.get $at)
                  (i32.sub (i32.load offset=$USED (local.get $at)) (i32.eqz (local.get $new))))))))
        (if (i32.load offset=$WAITING (local.get $at))
          (then
            (if (is_over)
              (then
                (reclaim)
                (reclaim))
              (else
                (if (i32.or
                      (i32.eqz (i32.and (i32.load offset=$OPEN_COUNT (local.get $at)) (i32.const 63)))
                      (i64.ge_u (i64.load offset=$OPEN_BYTES (local.get $at))
                        (i64.load32_u offset=$BATCH_BYTES (local.get $at))))
                  (then (local.set $result (global.get $POLL)))))))
          (else
            (close_batch)
            (if (i32.load offset=$WAITING (local.get $at)) (then (local.set $result (global.get $POLL))))))
        (i64.atomic.store offset=$SERIAL (local.get $at) (i64.add (local.get $serial) (i64.const 1)))
        (notify))
      (if (i32.eqz (local.get $held)) (then (unlock))))
    (if (local.get $slot) (then (leave)))
    (local.get $result))

  ;; ---- With LOCK held by the caller ----

  ;; Takes a block of $size bytes and keeps it in RESERVED; 0 if there is none, even among those that are too large.
  (func $reserve (export "reserve") (param $at i32) (param $size i32) (result i32)
    (local $i i32) (local $left i32) (local $class i32) (local $list i32) (local $block i32) (local $from_top i32)
    (choose_block)
    (if (i32.eqz (local.get $block))
      (then
        (local.set $from_top (i32.const 0))
        (block $chosen
          (loop $classes
            (local.set $class (i32.add (local.get $class) (i32.const 1)))
            (if (i32.eq (local.get $class) (i32.const 512)) (then (return (i32.const 0))))
            (local.set $list (i32.add (local.get $at) (i32.shl (local.get $class) (i32.const 2))))
            (local.set $block (i32.load offset=$FREE (local.get $list)))
            (br_if $classes (i32.eqz (local.get $block)))))))
    (take_block)
    (i32.store offset=$META (local.get $block) (i32.shl (local.get $class) (i32.const 8)))
    (i32.store offset=$RESERVED (local.get $at) (local.get $block))
    (local.get $block))

  (func $unreserve (param $at i32)
    (local $block i32) (local $list i32)
    (local.set $block (i32.load offset=$RESERVED (local.get $at)))
    (if (local.get $block)
      (then
        (free_block)
        (i32.store offset=$RESERVED (local.get $at) (i32.const 0)))))

  ;; Reserves an empty array of 2^$bits entries, and answers what CURRENT becomes with it; 0 if there is no room.
  (func $reserve_array (param $at i32) (param $bits i32) (result i64)
    (local $block i32)
    (local.set $block (call $reserve (local.get $at)
      (i32.add (global.get $PAYLOAD) (i32.shl (i32.const 8) (local.get $bits)))))
    (if (i32.eqz (local.get $block)) (then (return (i64.const 0))))
    (call $empty_array (local.get $block) (local.get $bits)))

  (func $empty_array (param $block i32) (param $bits i32) (result i64)
    (local.set $block (i32.add (local.get $block) (global.get $PAYLOAD)))
    (memory.fill (local.get $block) (i32.const 0) (i32.shl (i32.const 8) (local.get $bits)))
    (i64.or
      (i64.extend_i32_u (local.get $block))
      (i64.shl (i64.extend_i32_u (i32.sub (i32.const 32) (local.get $bits))) (i64.const 32))))

  ;; A new table, which no other thread knows. 0 if there is no room.
  (func (export "initialize") (param $at i32) (result i32)
    (local $fresh i64) (local $block i32)
    (i32.store offset=$TOP (local.get $at) (i32.load offset=$HEAP (local.get $at)))
    (local.set $fresh (call $reserve_array (local.get $at) (i32.const 4)))
    (if (i64.eqz (local.get $fresh)) (then (return (i32.const 0))))
    (publish_array)
    (call $keep_spare (local.get $at))
    (i32.const 1))

  ;; A block for the array of the next clear(), if there is one.
  (func $keep_spare (param $at i32)
    (if (i32.load offset=$SPARE (local.get $at)) (then (return)))
    (if (i32.eqz (call $reserve (local.get $at) (i32.const 152))) (then (return)))
    (i32.store offset=$SPARE (local.get $at) (i32.load offset=$RESERVED (local.get $at)))
    (i32.store offset=$RESERVED (local.get $at) (i32.const 0)))

  ;; Makes the array large enough for one more key, and drops deleted entries. 0 if there is no room.
  (func (export "grow") (param $at i32) (result i32)
    (local $current i64) (local $base i32) (local $shift i32) (local $mask i32) (local $entry i64) (local $record i32)
    (local $fresh i64) (local $bits i32) (local $index i32) (local $to i32) (local $to_mask i32) (local $address i32)
    (local $block i32) (local $bytes i64)
    (open_current)
    (if (i32.eqz (is_crowded)) (then (return (i32.const 1))))
    (local.set $bits (i32.sub (i32.const 33) (i32.clz (i32.load offset=$COUNT (local.get $at)))))
    (if (i32.lt_u (local.get $bits) (i32.const 4)) (then (local.set $bits (i32.const 4))))
    (local.set $fresh (call $reserve_array (local.get $at) (local.get $bits)))
    ;; One of half the size may hold the keys, too.
    (if (i64.eqz (local.get $fresh))
      (then
        (local.set $bits (i32.sub (local.get $bits) (i32.const 1)))
        (if (i32.or
              (i32.lt_u (local.get $bits) (i32.const 4))
              (i32.gt_u
                (i32.shl (i32.add (i32.load offset=$COUNT (local.get $at)) (i32.const 1)) (i32.const 2))
                (i32.mul (i32.const 3) (i32.shl (i32.const 1) (local.get $bits)))))
          (then (return (i32.const 0))))
        (local.set $fresh (call $reserve_array (local.get $at) (local.get $bits)))
        (if (i64.eqz (local.get $fresh)) (then (return (i32.const 0))))))
    (local.set $to_mask (i32.sub (i32.shl (i32.const 1) (local.get $bits)) (i32.const 1)))
    (loop $entries
      (local.set $entry (i64.load (i32.add (local.get $base) (i32.shl (local.get $index) (i32.const 3)))))
      (if (i32.gt_u (i32.wrap_i64 (local.get $entry)) (i32.const 1))
        (then
          (local.set $to (i32.shr_u (hash_of_entry) (i32.sub (i32.const 32) (local.get $bits))))
          (loop $probe
            (local.set $address (i32.add (i32.wrap_i64 (local.get $fresh)) (i32.shl (local.get $to) (i32.const 3))))
            (local.set $to (i32.and (i32.add (local.get $to) (i32.const 1)) (local.get $to_mask)))
            (br_if $probe (i64.ne (i64.load (local.get $address)) (i64.const 0))))
          (i64.store (local.get $address) (local.get $entry))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $entries (i32.le_u (local.get $index) (local.get $mask))))
    (publish_array)
    (i32.store offset=$USED (local.get $at) (i32.load offset=$COUNT (local.get $at)))
    (local.set $block (i32.sub (local.get $base) (global.get $PAYLOAD)))
    (retire)
    (call $keep_spare (local.get $at))
    (i32.const 1))

  ;; Removes all keys: an empty array takes the place of the old one, whose records are then retired one by one. All
  ;; versions are odd meanwhile, so that no thread returns a kept value once another has found its key gone. 0 if there
  ;; is no room.
  (func (export "clear") (param $at i32) (result i32)
    (local $fresh i64) (local $block i32) (local $i i32) (local $word_at i32)
    (local.set $fresh (call $reserve_array (local.get $at) (i32.const 4)))
    (if (i64.eqz (local.get $fresh))
      (then
        (if (i32.eqz (i32.load offset=$SPARE (local.get $at))) (then (return (i32.const 0))))
        (i32.store offset=$RESERVED (local.get $at) (i32.load offset=$SPARE (local.get $at)))
        (i32.store offset=$SPARE (local.get $at) (i32.const 0))
        (local.set $fresh (call $empty_array (i32.load offset=$RESERVED (local.get $at)) (i32.const 4)))))
    (i32.store offset=$CLEARING (local.get $at) (i32.const 1))
    (loop $stripes
      (local.set $word_at (i32.add (local.get $at) (i32.shl (local.get $i) (i32.const 2))))
      (i32.atomic.store offset=$VERSIONS (local.get $word_at)
        (i32.or (i32.atomic.load offset=$VERSIONS (local.get $word_at)) (i32.const 1)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $stripes (i32.lt_u (local.get $i) (i32.const 4096))))
    (i32.store offset=$CLEARING (local.get $at) (i32.const 2))
    (i64.store offset=$CLEARED (local.get $at) (i64.load offset=$CURRENT (local.get $at)))
    (i32.store offset=$DRAINED (local.get $at) (i32.const 0))
    (publish_array)
    (i32.store offset=$COUNT (local.get $at) (i32.const 0))
    (i32.store offset=$USED (local.get $at) (i32.const 0))
    (call $recover (local.get $at))
    (i32.const 1))

  ;; Completes or undoes what a thread that held LOCK has left. Whatever interrupts this, it can be done again.
  (func $recover (export "recover") (param $at i32)
    (local $i i32) (local $word_at i32) (local $version i32) (local $current i64) (local $block i32) (local $bytes i64)
    (call $unreserve (local.get $at))
    (if (i32.eqz (i32.load offset=$CLEARING (local.get $at))) (then (return)))
    (loop $stripes
      (local.set $word_at (i32.add (local.get $at) (i32.shl (local.get $i) (i32.const 2))))
      (local.set $version (i32.atomic.load offset=$VERSIONS (local.get $word_at)))
      (if (i32.and (local.get $version) (i32.const 1)) (then (make_even)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $stripes (i32.lt_u (local.get $i) (i32.const 4096))))
    (if (i32.eq (i32.load offset=$CLEARING (local.get $at)) (i32.const 1))
      (then
        (i32.store offset=$CLEARING (local.get $at) (i32.const 0))
        (return)))
    (i32.store offset=$CLEARING (local.get $at) (i32.const 3))
    (local.set $current (i64.load offset=$CLEARED (local.get $at)))
    (loop $entries
      (local.set $i (i32.load offset=$DRAINED (local.get $at)))
      (if (i32.eqz (i32.shr_u (local.get $i) (i32.sub (i32.const 32) (shift_of_cleared))))
        (then
          (i32.store offset=$DRAINED (local.get $at) (i32.add (local.get $i) (i32.const 1)))
          (local.set $block (i32.load (i32.add (i32.wrap_i64 (local.get $current))
            (i32.shl (local.get $i) (i32.const 3)))))
          (if (i32.gt_u (local.get $block) (i32.const 1))
            (then
              (retire)
              (i64.store offset=$LIVE_BYTES (local.get $at)
                (i64.sub (i64.load offset=$LIVE_BYTES (local.get $at)) (local.get $bytes)))))
          (br $entries))))
    (local.set $block (i32.sub (i32.wrap_i64 (local.get $current)) (global.get $PAYLOAD)))
    (retire)
    (i32.store offset=$CLEARING (local.get $at) (i32.const 0))
    (notify))

  ;; Frees all that waits, if its grace period is over, and names one for all that has been retired since. Answers
  ;; whether something waits.
  (func (export "reclaimAll") (param $at i32) (result i32)
    (local $block i32) (local $list i32) (local $least i32)
    (local.set $least (i32.const 1))
    (if (is_over)
      (then
        (loop $blocks
          (reclaim)
          (br_if $blocks (local.get $block)))))
    (close_batch)
    (i32.ne (i32.load offset=$WAITING (local.get $at)) (i32.const 0)))
)
