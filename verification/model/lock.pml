/*
 * The revocation of a biased lock (lib/fence/lock-operations.ts), for spin. The owner of the bias takes the lock TIMES
 * times; two others take it once each, and the first of them revokes the bias. The owner and one of the others may die
 * anywhere.
 *
 * SAFETY: whoever is in a section sees no other's section half done: the assertion below. It may see that of one that
 * died, if it has inherited the lock from it. PROGRESS: nobody waits for ever, or spin finds an invalid end state.
 *
 * ABSTRACTIONS
 *   - A section announces itself in a word of its own, and loads that of another thread. That load may complete late.
 *   - To look until something changes is to wait for it. The ordinary lock has no sleepers.
 *   - Who inherits repairs at once what the dead have left.
 *   - The owner's loads of BIAS are in order with its section, though they are plain.
 *   - The bias has its owner from the start. No stack ends.
 *
 * Faults: NO_LIGHT_ON_LOCK, NO_LIGHT_ON_UNLOCK, NO_FIRST_HEAVY, NO_SECOND_HEAVY, NO_LOOK_AGAIN (the owner does not look
 * at BIAS after its store), TRUSTS_THE_DEAD (nobody inherits).
 */

#define THREADS 3
#ifndef TIMES
#define TIMES 1
#endif
#define OWNER 0
#define token(thread) ((thread) + 1)
bool dead[THREADS + 1];

/* Words of memory. BIAS: the owner's token, or one of these. */
#define INSIDE 0
#define BIAS 1
#define LOCK 2
#define DATUM(thread) (3 + (thread))
#define WORDS 6
#define REVOKING 4
#define REVOKED 5

#define EVERYBODY ((1 << THREADS) - 1)
#define audience(where) ((where) < 3 -> EVERYBODY : EVERYBODY & ~(1 << ((where) - 3)))

#ifndef SHOW
#define SHOW 0
#endif
#define REVOKES_AND_WAITS 1
#define INHERITS 2
#define BACKS_OUT 3
#define GIVES_UP 4
#define show(what) assert(SHOW != what)

#include "memory.pml"

/* The datum that a section has asked for, and 1; and from whom the thread has inherited the lock, a set. */
byte asked[THREADS];
byte inherited[THREADS];

inline complete_datum(self) {
  assert(load(asked[self] - 1) == 0 || (inherited[self] & (1 << (asked[self] - 1 - DATUM(0)))));
  asked[self] = 0
}

inline complete_loads(self) {
  if
  :: asked[self] != 0 -> complete_datum(self)
  :: else
  fi
}

#define LATE_LOADS(self) :: atomic { asked[self] != 0 -> complete_datum(self) }

#include "machine.pml"

#define may_die if :: self != THREADS - 1 -> goto dies :: true fi
#define other(self, n) (((self) + (n)) % THREADS)

/* Another one's section must be over, and ours is seen by nobody as half done. */
inline section(self) {
  atomic {
    asked[self] == 0;
    if
    :: asked[self] = DATUM(other(self, 1)) + 1
    :: asked[self] = DATUM(other(self, 2)) + 1
    fi
  };
  store(self, DATUM(self), 1);
  may_die;
  store(self, DATUM(self), 0)
}

inline repair(self, victim) {
  inherited[self] = inherited[self] | (1 << (victim));
  show(INHERITS);
  store(self, DATUM(victim), 0)
}

inline acquire(self) {
  do
  :: atomic { load(LOCK) == 0 -> compare_and_swap(self, LOCK, 0, token(self), done) };
    if
    :: done -> break
    :: else
    fi
  :: atomic { load(LOCK) != 0 && dead[load(LOCK)] -> victim = load(LOCK) };
    atomic { compare_and_swap(self, LOCK, victim, token(self), done) };
    if
    :: atomic { done -> repair(self, victim - 1) }; victim = 0; break
    :: else -> victim = 0
    fi
  od;
  done = false
}

/* Two steps, so that the last section's late loads are done before `inherited` is forgotten. */
inline release(self) {
  atomic { store_atomic(self, LOCK, 0) };
  atomic { asked[self] == 0 -> inherited[self] = 0 }
}

inline await_owner(self) {
  do
  :: atomic { load(INSIDE) == 0 -> break }
  :: atomic {
      load(INSIDE) != 0 && dead[token(OWNER)] && up_to_date(self, INSIDE) ->
#ifndef TRUSTS_THE_DEAD
      repair(self, OWNER);
#endif
      break
    }
  od
}

/* tryLock(), which does not wait; or heavy(), which has failed: then the bias is the owner's again. */
inline gives_up(self) {
  if
  :: self == 1 ->
    show(GIVES_UP);
    if
    :: store_atomic(self, BIAS, token(OWNER))
    :: true
    fi;
    store_atomic(self, LOCK, 0);
    goto ends
  :: true
  fi
}

inline revoke(self) {
  if
  :: load(BIAS) == REVOKED
  :: load(BIAS) != REVOKED && self == OWNER -> store_atomic(self, BIAS, REVOKED)
  :: load(BIAS) != REVOKED && self != OWNER ->
    if
    :: dead[token(OWNER)] -> await_owner(self)
    :: true ->
      store_atomic(self, BIAS, REVOKING);
      may_die;
#ifndef NO_FIRST_HEAVY
      /* BIAS before INSIDE: pairs with the light fence of lock(). */
      heavy(self);
#endif
      if
      :: load(INSIDE) != 0 -> show(REVOKES_AND_WAITS)
      :: else
      fi;
      gives_up(self);
      await_owner(self);
#ifndef NO_SECOND_HEAVY
      /* INSIDE before the section: pairs with the light fence of unlock(). */
      heavy(self)
#endif
    fi;
    may_die;
    store_atomic(self, BIAS, REVOKED)
  fi
}

inline lock_slowly(self) {
  acquire(self);
  may_die;
  revoke(self);
  may_die;
  section(self);
  release(self)
}

proctype owner(byte self) {
  byte victim, times, seen;
  bool done;

  do
  :: times < TIMES ->
    times++;
    may_die;
    if
    :: load(BIAS) == token(self) ->
#ifdef NO_LIGHT_ON_LOCK
      seen = load(BIAS);
      store(self, INSIDE, token(self));
#else
      store(self, INSIDE, token(self));
      /* INSIDE before BIAS: pairs with the first heavy fence of the revocation. */
      light(self);
#ifdef NO_LOOK_AGAIN
      seen = token(self);
#else
      seen = load(BIAS);
#endif
#endif
      may_die;
      if
      :: seen == token(self) ->
        section(self);
#ifdef NO_LIGHT_ON_UNLOCK
        store(self, INSIDE, 0);
        asked[self] == 0;
        atomic { asked[self] = DATUM(1) + 1 }
#else
        /* The section before INSIDE: pairs with the second heavy fence. */
        light(self);
        store(self, INSIDE, 0)
#endif
      :: else ->
        show(BACKS_OUT);
        store(self, INSIDE, 0);
        lock_slowly(self)
      fi;
      seen = 0
    :: else -> lock_slowly(self)
    fi
  :: times == TIMES -> goto ends
  od;

dies:
  fence(self);
  dead[token(self)] = true;
ends:
  skip
}

proctype revoker(byte self) {
  byte victim;
  bool done;
  lock_slowly(self);
  goto ends;
dies:
  fence(self);
  dead[token(self)] = true;
ends:
  skip
}

inline start(thread) {
  run hardware(thread);
  run interrupt(thread)
}

init {
  atomic {
    begin_with(BIAS, token(OWNER));
    run owner(0);
    run revoker(1);
    run revoker(2);
    start(0);
    start(1);
    start(2)
  }
}
