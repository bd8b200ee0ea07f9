/*
 * Memory that is not multi-copy atomic, as POWER's: two threads may see two stores in different orders. A store is
 * committed to the order of all stores to its word, and then reaches each other thread by itself.
 *
 *   - A store reaches a thread with the stores that its own thread had seen when it was committed, or with later ones
 *     to their words. For V8 has each atomic load, also that of a light fence, followed by an lwsync, and each atomic
 *     store and each compare-and-swap preceded by one.
 *   - A full fence (sync; V8 puts one behind each atomic store and compare-and-swap) ends when all that its thread has
 *     seen has reached all others. Between such an access and its fence other threads may run.
 *   - A compare-and-swap succeeds on the last store to its word, and may fail on an older one.
 *   - A store reaches a thread at any moment, if the thread ever loads that word. If it does not, the store reaches it
 *     together with one that it does load: to see it earlier would only order more.
 *
 * litmus.pml shows what this allows and forbids of the known shapes. What is left out:
 *   - Stores of one thread that are committed in another order than that of its program, for want of an atomic access
 *     between them; the programs have none.
 *   - The order of two stores to one word is fixed when they are committed, where POWER may fix it later. So R with a
 *     fence in its first thread only, and Z6.0 alike, are forbidden here and allowed there. In RCU one word is stored
 *     plainly and by several threads: a slot's, which a newcomer and reapDeadReader() change.
 */

/* Each store that has not reached all threads, in the order in which they were committed. */
typedef Write {
  byte where;
  byte what;
  byte seen;  /* a set of threads */
  byte after; /* a set of places in `flight`: what its thread had seen */
};
#define FLIGHTS 8
Write flight[FLIGHTS];
byte flights;

/* What each thread would load. */
typedef Words {
  byte word[WORDS]
};
Words view[THREADS];

/* What was seen by those who have held V8's mutex of Atomics.wait and notify: a set of places in `flight`. */
byte released;

/* Between an atomic access and its fence. */
bool unfenced[THREADS];

/* Scratch: 0 between two steps. */
byte i, j, k;

#define bit(n) (1 << (n))
#define is_seen(which, thread) ((flight[which].seen >> (thread)) & 1)
#define seen_by(thread) \
  (is_seen(0, thread) | (is_seen(1, thread) << 1) | (is_seen(2, thread) << 2) | (is_seen(3, thread) << 3) | \
   (is_seen(4, thread) << 4) | (is_seen(5, thread) << 5) | \
   (is_seen(6, thread) << 6) | (is_seen(7, thread) << 7))
#define is_loaded_by(thread, where) ((audience(where) >> (thread)) & 1)
#define can_arrive(which, thread) \
  (which < flights && !is_seen(which, thread) && is_loaded_by(thread, flight[which].where))

#define load(where) view[self].word[where]
/* Whether it would load the last store to the word. */
#define up_to_date(self, where) \
  (!is_older(0, self, where) && !is_older(1, self, where) && !is_older(2, self, where) && !is_older(3, self, where) && \
   !is_older(4, self, where) && !is_older(5, self, where) && \
   !is_older(6, self, where) && !is_older(7, self, where))
#define is_older(which, self, at) (which < flights && flight[which].where == (at) && !is_seen(which, self))
/* As the updater would load it: for litmus.pml, when everything has arrived; not for READS_OLD and READS_LATE. */
#define last(where) view[UPDATER].word[where]
#define is_drained(self) true

inline begin_with(where, what) {
  k = 0;
  do
  :: k < THREADS -> view[k].word[where] = what; k++
  :: else -> k = 0; break
  od
}

/* Older stores to the same word never arrive any more. */
inline receive(thread, which) {
  if
  :: is_loaded_by(thread, flight[which].where) -> view[thread].word[flight[which].where] = flight[which].what
  :: else
  fi;
  k = 0;
  do
  :: k <= which ->
    if
    :: flight[k].where == flight[which].where -> flight[k].seen = flight[k].seen | bit(thread)
    :: else
    fi;
    k++
  :: else -> k = 0; break
  od
}

/* Forgets what everybody has seen. */
inline land() {
  i = 0;
  do
  :: i < flights && (audience(flight[i].where) & ~flight[i].seen) == 0 ->
    flights--;
    j = 0;
    do
    :: j < flights ->
      if
      :: j >= i ->
        flight[j].where = flight[j + 1].where;
        flight[j].what = flight[j + 1].what;
        flight[j].seen = flight[j + 1].seen;
        flight[j].after = flight[j + 1].after
      :: else
      fi;
      flight[j].after = (flight[j].after & (bit(i) - 1)) | ((flight[j].after >> 1) & ~(bit(i) - 1));
      j++
    :: else -> j = 0; break
    od;
    released = (released & (bit(i) - 1)) | ((released >> 1) & ~(bit(i) - 1));
    flight[flights].where = 0;
    flight[flights].what = 0;
    flight[flights].seen = 0;
    flight[flights].after = 0
  :: i < flights && (audience(flight[i].where) & ~flight[i].seen) != 0 -> i++
  :: i == flights -> i = 0; break
  od
}

inline commit(self, at, value) {
  d_step {
    assert(flights < FLIGHTS);
    flight[flights].after = seen_by(self);
    flight[flights].where = at;
    flight[flights].what = value;
    flights++;
    i = flights - 1;
    receive(self, i);
    land();
    skip
  }
}

/* Locks and unlocks that mutex: lwsync, or its like, at both ends. */
#ifdef NO_MUTEX
#define exclude(self) skip
#else
inline exclude(self) {
  i = 0;
  do
  :: i < flights && ((released >> i) & 1) && !is_seen(i, self) -> receive(self, i); i++
  :: i < flights && !(((released >> i) & 1) && !is_seen(i, self)) -> i++
  :: i == flights -> i = 0; break
  od;
  released = released | seen_by(self);
  land()
}
#endif

inline arrive(which, thread) {
  d_step {
    i = 0;
    do
    :: i <= which && !is_seen(i, thread) && (i == which || ((flight[which].after >> i) & 1)) -> receive(thread, i); i++
    :: i <= which && (is_seen(i, thread) || !(i == which || ((flight[which].after >> i) & 1))) -> i++
    :: i > which -> i = 0; break
    od;
    land();
    skip
  }
}

inline store(self, at, value) { commit(self, at, value) }

inline store_atomic(self, at, value) {
  atomic {
    d_step { complete_loads(self); skip };
    commit(self, at, value);
    unfenced[self] = true;
    !unfenced[self]
  }
}

inline compare_and_swap(self, at, old, new, done) {
  atomic {
    if
    :: load(at) == old && up_to_date(self, at) -> store_atomic(self, at, new); done = true
    :: load(at) != old -> done = false
    fi
  }
}

#define MOVES(self) \
  :: atomic { can_arrive(0, self) -> arrive(0, self) } \
  :: atomic { can_arrive(1, self) -> arrive(1, self) } \
  :: atomic { can_arrive(2, self) -> arrive(2, self) } \
  :: atomic { can_arrive(3, self) -> arrive(3, self) } \
  :: atomic { can_arrive(4, self) -> arrive(4, self) } \
  :: atomic { can_arrive(5, self) -> arrive(5, self) } \
  :: atomic { can_arrive(6, self) -> arrive(6, self) } \
  :: atomic { can_arrive(7, self) -> arrive(7, self) }

/* sync: all that the thread has seen reaches all others. */
inline settle(self) {
  i = 0;
  do
  :: i < flights && is_seen(i, self) ->
    j = 0;
    do
    :: j < THREADS && !is_seen(i, j) -> receive(j, i); j++
    :: j < THREADS && is_seen(i, j) -> j++
    :: j == THREADS -> j = 0; break
    od;
    i++
  :: i < flights && !is_seen(i, self) -> i++
  :: i == flights -> break
  od;
  land();
  unfenced[self] = false
}
