/*
 * A waiter. The updater unpublishes an element, waits for a grace period, frees the element; and does so again. With -DHELPERS
 * another thread waits for one grace period as well, and may stop for good between any two steps, of which nobody is told.
 */

#if defined(HELPER) && !defined(IMMORTAL)
#define may_stop if :: self == HELPER -> goto stops :: true fi
#else
#define may_stop skip
#endif

#define is_over(cookie) (load(STATE) >= end_of(cookie))
#define comes_to(which) (!is_over(cookie) && stage(load(STATE)) == which)

/* STATE from what was seen to what comes next, unless another waiter has been here. */
#define take_step(self) compare_and_swap(self, STATE, seen, seen + 1, done)

/* The slot `next` of a dead owner. Who has it now, if the dead has not, claimed it after the advance: is not busy. */
inline retire(self) {
  if
  :: load(OWNER(next)) == owner ->
    word = load(WORD(next));
    if
#if defined(RETIRE_ANY_WORD)
    :: true ->
#elif defined(RETIRE_LEAVES_WORD)
    :: atomic { word != 0 && !busy(word, seen) -> done = true }
    :: word == 0 || busy(word, seen) ->
#else
    :: word == 0 || busy(word, seen) ->
#endif
      compare_and_swap(self, WORD(next), word, 0, done)
    :: else
    fi;
    if
    :: atomic { done -> show_if(word != 0, RETIRES) };
      compare_and_swap(self, OWNER(next), owner, 0, done);
#ifndef NO_WAKE_ON_RETIRE
      /* The slot before FLAG: pairs with the sleeper's heavy fence. Another waiter may have seen the word, and not the dead. */
      wake(self)
#endif
    :: else
    fi
  :: else
  fi;
  atomic { word = 0; done = false }
}

/* Looks once more after it has announced that it will sleep, then sleeps on what FLAG was made. */
inline prepare_sleep(self) {
  if
  :: atomic {
      expected == 0 -> may_stop;
      expected = announced(load(FLAG));
      store_atomic(self, FLAG, expected)
    };
#ifndef NO_WAKE_FENCE
    /* FLAG before the slots: pairs with the second light fence of readUnlock. */
    atomic { may_stop; heavy(self) }
#endif
  :: atomic {
      expected != 0 -> may_stop;
      futex_wait(self, FLAG, expected);
      expected = 0
    }
  fi
}

proctype waiter(byte self) {
  byte period, cookie, seen, scanned, next, mark, word, owner, flag, expected;
  bool done;

#ifdef STALE_MARK
  mark = load(MARK);
#endif
  do
  :: period < PERIODS ->
    if
    :: self == UPDATER -> store(self, POINTER, period + 1)
    :: else
    fi;
#ifndef NO_COOKIE_FENCE
    /* The unpublishing store before STATE: pairs with the first heavy fence of the grace period that is named. */
    fence(self);
#endif
    cookie = sequence(load(STATE)) + 1;

    do
    :: atomic { is_over(cookie) -> break }
    :: atomic { comes_to(DONE) -> may_stop; seen = load(STATE); take_step(self); seen = 0; done = false }
    :: atomic {
        comes_to(ADVANCED) -> may_stop;
        seen = load(STATE);
#ifndef NO_FIRST_HEAVY
        /* What was unpublished, and STATE, before the slots: pairs with the light fence of readLock. */
        heavy(self);
        may_stop;
#endif
        take_step(self);
        seen = 0;
        done = false
      }
    :: atomic {
        comes_to(FENCED) -> may_stop;
        seen = load(STATE);
#ifndef STALE_MARK
        mark = load(MARK);
#endif
        if
        :: sequence(seen) != scanned -> scanned = sequence(seen); next = 0
        :: else
        fi
      };
      do
      :: atomic { next < mark && !busy(load(WORD(next)), seen) -> next++ }
      :: next < mark && busy(load(WORD(next)), seen) ->
        atomic { may_stop; owner = load(OWNER(next)) };
        if
#ifdef RETIRE_THE_LIVING
        :: owner != 0 -> retire(self)
#else
        :: owner != 0 && dead[owner] ->
#ifdef NO_RETIRE
          skip
#else
          retire(self)
#endif
#endif
        :: else -> prepare_sleep(self)
        fi;
        atomic { seen = 0; owner = 0; break }
      :: atomic { next == mark -> may_stop; take_step(self); seen = 0; done = false; break }
      od
    :: atomic {
        comes_to(SCANNED) -> may_stop;
        seen = load(STATE);
#ifndef NO_SECOND_HEAVY
        /* The slots before what the caller frees: pairs with the first light fence of readUnlock. */
        heavy(self);
        may_stop;
#endif
        take_step(self);
        seen = 0;
        done = false
      };
#ifndef NO_WAKE_AT_END
      /* STATE before FLAG, both atomic: pairs with the sleeper's heavy fence. */
      wake(self)
#else
      skip
#endif
    od;

    atomic {
      show_if(self == UPDATER && dead[THREADS], OUTLIVES_HELPER);
      cookie = 0; scanned = 0; next = 0; expected = 0;
      if
      :: self == UPDATER -> freed[period] = true; period++
      :: else -> goto ends
      fi
    }
  :: atomic { period == PERIODS -> finished = true; show(FINISHES); goto ends }
  od;

stops:
  fence(self);
  atomic {
    dead[token(self)] = true;
    cookie = 0; seen = 0; scanned = 0; next = 0; mark = 0; owner = 0; expected = 0; done = false
  };
ends:
  period = 0
}
