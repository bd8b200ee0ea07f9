/*
 * Memory that is multi-copy atomic: x86-64, ARMv8, RISC-V. Each thread has a buffer of two plain stores; the others see
 * a store when it leaves the buffer. The second may leave first, if it is to another word (not on x86-64).
 *
 * What is left out, and why:
 *   - Forwarding from the buffer: in RCU no thread loads a word that it has stored plainly; lock.pml excuses it.
 *   - Atomic accesses: a load is in order with what comes later; a store or a compare-and-swap that succeeds is a full
 *     fence; one that fails is a load. On x86-64 so; ldar, stlr and casal of ARM are as strong as what is asked of them
 *     here.
 */

#define SIZE 2
byte memory[WORDS];

typedef Buffer {
  byte length;
  byte address[SIZE];
  byte value[SIZE]
};
Buffer buffer[THREADS];

#define load(where) memory[where]
#define up_to_date(self, where) true
#define last(where) memory[where]
/* Whether others see all that the thread has stored. */
#define is_drained(self) (buffer[self].length == 0)

inline begin_with(where, what) { memory[where] = what }

/* A plain store. */
inline store(self, where, what) {
  atomic {
    buffer[self].length < SIZE;
    buffer[self].address[buffer[self].length] = where;
    buffer[self].value[buffer[self].length] = what;
    buffer[self].length++
  }
}

inline commit_store(self) {
  memory[buffer[self].address[0]] = buffer[self].value[0];
  buffer[self].address[0] = buffer[self].address[1];
  buffer[self].value[0] = buffer[self].value[1];
  buffer[self].address[1] = 0;
  buffer[self].value[1] = 0;
  buffer[self].length--
}

inline settle(self) {
  do
  :: buffer[self].length > 0 -> commit_store(self)
  :: else -> break
  od
}

#define exclude(self) skip

#define can_overtake(self) (buffer[self].length == 2 && buffer[self].address[0] != buffer[self].address[1])

inline commit_second(self) {
  memory[buffer[self].address[1]] = buffer[self].value[1];
  buffer[self].address[1] = 0;
  buffer[self].value[1] = 0;
  buffer[self].length--
}

#define MOVES(self) \
  :: atomic { buffer[self].length > 0 -> commit_store(self) } \
  :: atomic { can_overtake(self) -> commit_second(self) }

inline store_atomic(self, where, what) {
  atomic {
    fence(self);
    memory[where] = what
  }
}

inline compare_and_swap(self, where, old, new, done) {
  atomic {
    if
    :: load(where) == old -> store_atomic(self, where, new); done = true
    :: else -> done = false
    fi
  }
}
