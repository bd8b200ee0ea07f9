/*
 * A waiter. The updater unpublishes an element, waits for a grace period, frees the element; and does so again. With
 * -DHELPERS another thread waits for one grace period as well, and may stop for good between any two steps, of which
 * nobody is told.
 */

#if defined(HELPER) && !defined(IMMORTAL) && !defined(DIRECTED)
#define may_stop if :: self == HELPER -> goto stops :: true fi
#else
#define may_stop skip
#endif
#ifdef DIRECTED
#define must_stop if :: self == HELPER -> goto stops :: else fi
#else
#define must_stop skip
#endif

#define is_over(cookie) (load(STATE) >= end_of(cookie))
#define comes_to(which) (!is_over(cookie) && stage(load(STATE)) == which)

/* STATE from what was seen to what comes next, unless another waiter has been here. */
#define take_step(self) compare_and_swap(self, STATE, seen, seen + 1, done)

/* The slot `next` of a dead owner. Who has it now, if the dead has not, claimed it after the advance: is not busy. */
inline reapDeadReader(self) {
#ifndef NO_FENCE_ON_RETIRE
  /* STATE before the owner: pairs with the fence of a reader that claims the slot. POWER needs it. */
  fence(self);
#endif
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
      /*
       * The word before WAIT_WORD: pairs with the sleeper's heavy fence. Another waiter may have seen the word, and not
       * the dead.
       */
      wake(self, next)
#endif
    :: else
    fi
  :: else
  fi;
  atomic { word = 0; done = false }
}

#ifdef UNNOTICED
#define is_dead_in(slot) false
#else
#define is_dead_in(slot) (dead[load(OWNER(slot))])
#endif

#define is_holdout(slot) (holdouts & (1 << (slot)))
/* The marks of this waiter: what WAIT_WORD was made, by slot. 0 where it has made none. */
#define unmark() marks[0] = 0; marks[READERS - 1] = 0

#ifdef TRUST_OTHERS_MARK
#define is_fenced(wanted) (is_wanted(wanted))
#else
#define is_fenced(wanted) false
#endif

#ifdef LOOP
/* The event-loop flavor: one slot, which is `next`. */
inline mark_holdouts(self) {
  atomic {
    up_to_date(self, WAIT_WORD(next)) ->
    may_stop;
    unmark();
    marks[next] = marked(load(WAIT_WORD(next)));
    store_atomic(self, WAIT_WORD(next), marks[next])
  };
  atomic { may_stop; heavy(self) }
}
#else
/* One slot after the other, each in a step of its own; then the fence, for all. */
inline mark_holdouts(self) {
  done = false; /* whether a fence is needed */
  other = 0;
  do
  :: atomic {
      other < READERS && is_holdout(other) && up_to_date(self, WAIT_WORD(other)) ->
      may_stop;
      done = done || !is_fenced(load(WAIT_WORD(other)));
      marks[other] = marked(load(WAIT_WORD(other)));
      store_atomic(self, WAIT_WORD(other), marks[other]);
      other++
    }
  :: atomic { other < READERS && !is_holdout(other) -> other++ }
  :: atomic { other == READERS -> other = 0; break }
  od;
#ifndef NO_WAKE_FENCE
  /* WAIT_WORD before the words: pairs with the second light fence of readUnlock. */
  if
  :: atomic { done -> may_stop; heavy(self) }
  :: !done
  fi;
#endif
  done = false
}
#endif

/* Marks what is in the way, or sleeps for the slot `next`, which is. */
inline prepare_sleep(self) {
  if
#ifdef RESCAN
  /* A slot that was not in the way when the others were marked. */
  :: marks[next] == 0 && (marks[0] != 0 || marks[READERS - 1] != 0) ->
    futex_wait(self, WAIT_WORD(next), load(WAIT_WORD(next)), is_dead_in(next))
#else
  :: marks[next] == 0 -> mark_holdouts(self)
#endif
#ifdef RESCAN
  :: marks[0] == 0 && marks[READERS - 1] == 0 -> mark_holdouts(self)
#endif
  :: marks[next] != 0 && load(WAIT_WORD(next)) == marks[next] ->
    atomic { may_stop; futex_wait(self, WAIT_WORD(next), marks[next], is_dead_in(next)) }
  :: marks[next] != 0 && load(WAIT_WORD(next)) != marks[next] ->
    /* Woken. Only a death can leave the slot in the way all the same, and then it is marked again. */
    if
    :: atomic { busy(load(WORD(next)), seen) -> unmark() }
    :: else
    fi
  fi
}

proctype waiter(byte self) {
  byte period, cookie, seen, scanned, holdouts, next, other, mark, word, owner, wanted;
  byte marks[READERS];
  bool done;

#ifdef STALE_MARK
  mark = load(SLOT_HIGH_WATER);
#endif
  do
  :: period < PERIODS ->
#ifdef DIRECTED
    if
    :: period == 0 -> cookie = 1; goto waits
    :: else
    fi;
#endif
    if
    :: self == UPDATER -> store(self, POINTER, period + 1)
    :: else
    fi;
    if
    :: atomic {
        /* synchronizeSync() begins one by itself. Its compare-and-swap comes after the unpublishing store. */
        stage(load(STATE)) == DONE && up_to_date(self, STATE) -> may_stop;
        seen = load(STATE);
        cookie = sequence(seen) + 1;
        take_step(self);
        seen = 0;
        done = false
      }
    :: true ->
#ifndef NO_COOKIE_FENCE
      /* The unpublishing store before STATE: pairs with the first heavy fence of the grace period that is named. */
      fence(self);
#endif
      cookie = sequence(load(STATE)) + 1
    fi;

waits:
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
        must_stop;
        seen = 0;
        done = false
      }
    :: atomic {
        comes_to(FENCED) -> may_stop;
        seen = load(STATE);
#ifndef STALE_MARK
        mark = load(SLOT_HIGH_WATER);
#endif
#ifdef RESCAN
        holdouts = 0
#endif
      };
      /* The pass: each slot once. */
      if
#ifdef RESCAN
      :: true ->
#else
      :: sequence(seen) != scanned ->
#endif
        if
        :: sequence(seen) != scanned -> atomic { unmark(); holdouts = 0 }
        :: else
        fi;
        do
        :: atomic { next < mark && !busy(load(WORD(next)), seen) -> next++ }
        :: atomic { next < mark && busy(load(WORD(next)), seen) -> holdouts = holdouts | (1 << next); next++ }
        :: atomic { next == mark -> scanned = sequence(seen); next = 0; break }
        od;
#if defined(LOOP) && !defined(NO_ANNOUNCEMENT)
        if
        :: atomic { holdouts != 0 -> may_stop; announce(self) }
        :: holdouts == 0
        fi
#endif
      :: else
      fi;
      /* The holdouts, until one is in the way still. */
      do
      :: atomic { next < READERS && !is_holdout(next) -> next++ }
      :: atomic {
          next < READERS && is_holdout(next) && !busy(load(WORD(next)), seen) ->
          holdouts = holdouts & ~(1 << next);
          next++
        }
      :: next < READERS && is_holdout(next) && busy(load(WORD(next)), seen) ->
        atomic { may_stop; owner = load(OWNER(next)) };
        if
#ifdef RETIRE_THE_LIVING
        :: owner != 0 -> reapDeadReader(self)
#else
        :: owner != 0 && dead[owner] ->
#ifdef NO_RETIRE
          skip
#else
          reapDeadReader(self)
#endif
#endif
        :: else -> prepare_sleep(self)
        fi;
        atomic { seen = 0; owner = 0; next = 0; break }
      :: atomic {
          next == READERS -> may_stop;
#ifndef NO_SECOND_HEAVY
          /* The slots before what the caller frees: pairs with the first light fence of readUnlock. */
          heavy(self);
          may_stop;
#endif
          /* It wakes nobody: who sleeps has a slot in the way. */
          take_step(self);
          next = 0; seen = 0; done = false;
          break
        }
      od
    od;

    atomic {
      show_if(self == UPDATER && dead[THREADS], OUTLIVES_HELPER);
      cookie = 0; scanned = 0; next = 0; holdouts = 0; unmark();
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
    cookie = 0; seen = 0; scanned = 0; next = 0; holdouts = 0; unmark();
    other = 0; mark = 0; owner = 0; word = 0; wanted = 0;
    done = false
  };
ends:
  period = 0
}
