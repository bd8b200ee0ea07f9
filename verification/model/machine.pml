/*
 * The machine: what processor, compiler and kernel may do to a thread's accesses. Each thread has, beside its program,
 *
 *   - a buffer of two plain stores, first in, first out; the others see a store when it leaves the buffer;
 *   - loads that complete late: a section's load of the pointer, and then that of the element it points to. Each may
 *   complete
 *     after later atomic loads of the thread, and after its later stores have become visible, as on ARM;
 *   - a process hardware() that does this at any moment, and a process interrupt() that serves membarrier(2): for each
 *   thread a
 *     full fence at some point between the call and its return, for no two of them at the same point.
 *
 * What is left out, and why:
 *   - Stores to different words out of order: a thread has plain stores to one word only, its slot's or the pointer.
 *   Forwarding
 *     from the buffer: none loads a word that it stores plainly.
 *   - More late loads: the next section's load of the pointer waits for the element of the last one.
 *   - Atomic accesses: a load is in order with what comes later; a store or a compare-and-swap that succeeds is a full
 *   fence;
 *     one that fails is a load. On x86-64 so; ldar, stlr and casal of ARM are as strong as what is asked of them here.
 *   - Processors on which two threads may see two stores in different orders (POWER): this model says nothing of them.
 */

#define SIZE 2

byte memory[WORDS];
bool freed[ELEMENTS];
/* Of each thread: 0, or the address of the word on which it sleeps. */
byte asleep[THREADS];

typedef Buffer {
  byte length;
  byte address[SIZE];
  byte value[SIZE]
};
Buffer buffer[THREADS];

/* What the section's load of the pointer has brought: an element, once it has completed. */
#define NOTHING 0
#define ASKED 1
#define element(number) ((number) + 2)
byte fetched[THREADS];
/* Whether the load of that element has been issued and not completed. */
bool reading[THREADS];

/* Of each caller of membarrier(2) the threads, a set, that have not passed the fence yet. */
byte awaited[THREADS];
#define every_other(self) (((1 << THREADS) - 1) & ~(1 << (self)))

#define load(where) memory[where]

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

#define pointer_outstanding(self) (fetched[self] == ASKED)
#define element_outstanding(self) (reading[self] && fetched[self] >= element(0))

inline complete_pointer(self) {
  fetched[self] = element(memory[POINTER])
}

/* Safety. */
inline complete_element(self) {
  assert(!freed[fetched[self] - element(0)]);
  show_if(old_while_fenced(self), READS_OLD);
  show_if(has_left(self), READS_LATE);
  fetched[self] = NOTHING;
  reading[self] = false
}

/*
 * The section's loads, as the machine code has them: issued in order, completed when hardware() likes; with -DTSO at
 * once. In the runs for progress there are none, since what a section loads makes nobody wait.
 */
#if defined(PROGRESS) || defined(NO_LOADS)
#define load_pointer(self) skip
#define load_element(self) skip
#else
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
#endif

/* A full fence: all accesses before it are done, none after it has begun. */
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

/*
 * light() orders the compiler only: it is the order of the statements around it. In the symmetric strategy each is a
 * fence.
 */
#ifdef SYMMETRIC
#define light(self) fence(self)
#define heavy(self) fence(self)
#else
#define light(self) skip
/* membarrier(2). Within an atomic sequence, all threads go on between the call and the return. */
inline heavy(self) {
  atomic {
    fence(self);
    awaited[self] = every_other(self);
    awaited[self] == 0
  }
}
#endif

#ifdef HELPER
#define both_sleep (asleep[UPDATER] && asleep[HELPER])
#define wake_thread(thread, where) if :: asleep[thread] == (where) -> asleep[thread] = 0 :: else fi
#ifdef WAKE_ONE
#define futex_wake(where) \
  if :: asleep[UPDATER] == (where) -> asleep[UPDATER] = 0 :: else -> wake_thread(HELPER, where) fi
#else
#define futex_wake(where) wake_thread(UPDATER, where); wake_thread(HELPER, where)
#endif
#else
#define both_sleep false
#define futex_wake(where) if :: asleep[UPDATER] == (where) -> asleep[UPDATER] = 0 :: else fi
#endif

/*
 * futex(2): the comparison and the falling asleep are one step. The sleep ends by a wake-up; or by its time limit,
 * which is there for a reason that no wake-up tells of.
 */
inline futex_wait(self, where, expected, limit) {
  atomic {
    if
    :: memory[where] == expected ->
      asleep[self] = where;
      show(SLEEPS);
      show_if(both_sleep, BOTH_SLEEP);
      (!asleep[self] || (limit));
      asleep[self] = 0
    :: else -> show(SLEEPS_NOT)
    fi
  }
}

inline serve(self, caller) {
  fence(self);
  awaited[caller] = awaited[caller] & ~(1 << self)
}
#define is_awaited(self, caller) (awaited[caller] & (1 << self))

proctype hardware(byte self) {
end:
  do
  :: atomic { buffer[self].length > 0 -> commit_store(self) }
  :: atomic { pointer_outstanding(self) -> complete_pointer(self) }
  :: atomic { element_outstanding(self) -> complete_element(self) }
  od
}

/*
 * Apart from hardware(), so that fairness among processes includes it: an interrupt comes, however busy the thread is.
 */
proctype interrupt(byte self) {
end:
  do
  :: atomic { is_awaited(self, UPDATER) -> serve(self, UPDATER) }
#ifdef HELPER
  :: atomic { is_awaited(self, HELPER) -> serve(self, HELPER) }
#endif
  od
}
