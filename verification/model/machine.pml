/*
 * The machine: what processor, compiler and kernel may do to a thread's accesses. Each thread has, beside its program,
 * a process hardware(), which does it at any moment; and a process interrupt() that serves membarrier(2): for each
 * thread a full fence at some point between the call and its return, for no two of them at the same point.
 *
 * memory.pml says what stores do. Which loads complete late is the program's matter: it defines complete_loads() and
 * LATE_LOADS. Thread 0 never calls membarrier(2).
 */

/* Of each caller of membarrier(2) the threads, a set, that have not passed the fence yet. */
byte awaited[THREADS];
#define every_other(self) (((1 << THREADS) - 1) & ~(1 << (self)))

/* A full fence: all accesses before it are done, none after it has begun. */
inline fence(self) {
  d_step {
    complete_loads(self);
    settle(self);
    skip
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
    awaited[self] == 0;
    fence(self)
  }
}
#endif

inline serve(self, caller) {
  fence(self);
  awaited[caller] = awaited[caller] & ~(1 << self)
}
#define is_awaited(self, caller) (awaited[caller] & (1 << self))

proctype hardware(byte self) {
end:
  do
  MOVES(self)
  LATE_LOADS(self)
  od
}

/*
 * Apart from hardware(), so that fairness among processes includes it: an interrupt comes, however busy the thread is.
 */
proctype interrupt(byte self) {
end:
  do
#ifdef POWER
  :: atomic { unfenced[self] -> fence(self) }
#endif
  :: atomic { is_awaited(self, 1) -> serve(self, 1) }
#if THREADS > 2
  :: atomic { is_awaited(self, 2) -> serve(self, 2) }
#endif
#if THREADS > 3
  :: atomic { is_awaited(self, 3) -> serve(self, 3) }
#endif
  od
}
