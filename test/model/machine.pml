/*
 * The machine: what a processor, the compiler and the kernel may do to the accesses of a thread. Threads are numbered; each has
 *
 *   - a buffer of two stores, first in, first out. Another thread sees a store when it leaves the buffer;
 *   - loads that complete late: the section's load of the pointer, then that of the element it points to (which cannot begin
 *     before the first is done). Both may complete after later stores of the same thread have become visible, as on ARM and
 *     POWER, and after its later atomic loads;
 *   - a process hardware() that does all this, at any moment, beside the thread's own process. It also serves membarrier(2):
 *     a full fence at some point between the caller's call and its return, at another point for each thread.
 *
 * Simpler than real machines, and why nothing is lost by it:
 *   - A thread has plain stores to one word only, its slot's or the pointer, so that first in, first out forbids nothing that
 *     a machine which reorders stores would do: stores to one word stay in order everywhere.
 *   - No thread loads a word to which it has a plain store in its buffer, so that nothing is forwarded.
 *   - A thread has one late pointer and one late element at a time. The next section's load of the pointer waits for them.
 *   - An atomic load is in order with later accesses, an atomic store or successful compare-and-swap is a full fence: x86's
 *     locked instructions; ARM's ldar, stlr and casal, which are as strong as what is asked of them here. One that fails only loads.
 *   - All threads agree on the order in which stores become visible (multi-copy atomicity: x86, ARMv8, s390x, RISC-V). POWER has it not.
 */

#define SIZE 2

byte memory[WORDS];
bool freed[ELEMENTS];

typedef Buffer {
  byte length;
  byte address[SIZE];
  byte value[SIZE]
};
Buffer buffer[THREADS];

/* The register into which the section loads the pointer. */
#define NOTHING 0
#define ASKED 1
#define HOLDS(element) ((element) + 2)
byte fetched[THREADS];
/* Whether the load of the element that the register points to has been issued, and has not completed. */
bool reading[THREADS];

/* Of each caller of membarrier(2), the threads that have not passed a full fence yet: a set. */
byte awaited[THREADS];
#define ALL ((1 << THREADS) - 1)

bool asleep[THREADS];

#define load(address) memory[address]

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

inline complete_pointer(self) {
  fetched[self] = HOLDS(memory[POINTER])
}

inline observe_read(self) {
  if
  :: REACH == READS_OLD && fetched[self] != HOLDS(memory[POINTER]) -> assert(REACH != READS_OLD)
  :: else
  fi
}

/* THE property of safety. */
inline complete_element(self) {
  assert(!freed[fetched[self] - HOLDS(0)]);
  observe_read(self);
  fetched[self] = NOTHING;
  reading[self] = false
}

#define pointer_outstanding(self) (fetched[self] == ASKED)
#define element_outstanding(self) (reading[self] && fetched[self] >= HOLDS(0))

/* All accesses before it are done, none after it has begun. */
inline fence(self) {
  d_step {
    do
    :: buffer[self].length > 0 -> commit_store(self)
    :: else -> break
    od;
    if
    :: pointer_outstanding(self) -> complete_pointer(self)
    :: else
    fi;
    if
    :: element_outstanding(self) -> complete_element(self)
    :: else
    fi
  }
}

/* Loads are issued in the order of the machine code and complete whenever hardware() likes; with -DTSO, at once. */
inline load_pointer(self) {
  atomic {
    fetched[self] == NOTHING;
    fetched[self] = ASKED;
#ifdef TSO
    complete_pointer(self)
#endif
  }
}

inline load_element(self) {
  atomic {
    reading[self] = true;
#ifdef TSO
    complete_element(self)
#endif
  }
}

/* An atomic store. */
inline store_atomic(self, where, what) {
  atomic {
    fence(self);
    memory[where] = what
  }
}

inline compare_and_swap(self, where, old, new, done) {
  atomic {
    if
    :: memory[where] == old ->
      fence(self);
      memory[where] = new;
      done = true
    :: else -> done = false
    fi
  }
}

/* In the symmetric strategy each fence is the thread's own. */
#ifdef SYMMETRIC
#define light(self) fence(self)
#define heavy(self) fence(self)
#else
#define light(self) skip
inline heavy(self) {
  atomic {
    fence(self);
    awaited[self] = ALL & ~(1 << self)
  };
  awaited[self] == 0
}
#endif

/* futex(2): the comparison and the falling asleep are one step. */
inline futex_wait(self, where, expected) {
  atomic {
    if
    :: memory[where] == expected -> asleep[self] = true; observe(SLEEPS)
    :: else
    fi
  };
  !asleep[self]
}

#ifdef HELPER
#define futex_wake_all() asleep[UPDATER] = false; asleep[HELPER] = false
#else
#define futex_wake_all() asleep[UPDATER] = false
#endif

proctype hardware(byte self) {
  byte caller;
end:
  do
  :: atomic { buffer[self].length > 0 -> commit_store(self) }
  :: atomic { pointer_outstanding(self) -> complete_pointer(self) }
  :: atomic { element_outstanding(self) -> complete_element(self) }
  :: atomic {
      awaited[UPDATER] & (1 << self) ->
      fence(self);
      awaited[UPDATER] = awaited[UPDATER] & ~(1 << self)
    }
#ifdef HELPER
  :: atomic {
      awaited[HELPER] & (1 << self) ->
      fence(self);
      awaited[HELPER] = awaited[HELPER] & ~(1 << self)
    }
#endif
  od
}
