/* DRAFT header */

#ifndef READERS
#define READERS 2
#endif
#ifndef SECTIONS
#define SECTIONS 2
#endif
#ifndef PERIODS
#define PERIODS 2
#endif

#define UPDATER READERS
#ifdef HELPER_TOO
#define HELPER (READERS + 1)
#define THREADS (READERS + 2)
#else
#define THREADS (READERS + 1)
#endif

#define SLOTS READERS
#define ELEMENTS (PERIODS + 1)

/* Addresses. */
#define STATE 0
#define FLAG 1
#define MARK 2
#define POINTER 3
#define WORD(slot) (4 + (slot))
#define OWNER(slot) (4 + SLOTS + (slot))
#define WORDS (4 + 2 * SLOTS)

/* STATE */
#define ADVANCED 0
#define FENCED 1
#define SCANNED 2
#define DONE 3
#define sequence(state) ((state) >> 2)
#define stage(state) ((state) & 3)
#define state_of(sequence, stage) ((sequence) << 2 | (stage))

/* A slot's word: 0, or 1 + the sequence. */
#define word_of(state) (sequence(state) + 1)
#ifdef COUNTER_NOT_ADVANCED
#define busy(word, state) ((word) != 0 && (word) < sequence(state))
#else
#define busy(word, state) ((word) != 0 && (word) - 1 < sequence(state))
#endif

#define token(thread) ((thread) + 1)
bool dead[THREADS + 1];

#ifndef REACH
#define REACH 0
#endif
#define SLEEPS 1
#define READS_OLD 2
#define READS_LATE 3
#define RETIRES 4
#define TAKES_OVER 5
#define HELPED 6
#define observe(what) assert(REACH != what)
#include "machine.pml"

bool finished;

inline wake(self) {
  if
  :: load(FLAG) != 0 ->
    compare_and_swap(self, FLAG, 1, 0, done);
    if
    :: done -> done = false; futex_wake_all()
    :: else
    fi
  :: else -> done = false
  fi
}

#define may_die if :: self == 0 -> goto dies :: true fi

proctype reader(byte self) {
  byte slot, seen, sections;
  bool done;

#ifdef REGISTER
  if
  :: self == 0
  :: else ->
    do
    :: atomic {
        seen = load(OWNER(0));
        if
        :: seen == 0 || dead[seen]
        :: else -> seen = 0; goto fresh
        fi
      };
      compare_and_swap(self, OWNER(0), seen, token(self), done);
      if
      :: done -> done = false; seen = 0; slot = 0; observe(TAKES_OVER); break
      :: else -> seen = 0
      fi
    :: true ->
fresh:
      store_atomic(self, MARK, 2);
      store_atomic(self, OWNER(1), token(self));
      slot = 1;
      break
    od;
    store_atomic(self, WORD(slot), 0)
  fi;
#else
  slot = self;
#endif

  do
#ifndef FOREVER
  :: sections == SECTIONS -> break
#endif
  :: atomic { sections < SECTIONS -> may_die; seen = load(STATE) };
#ifdef NO_LIGHT_ON_LOCK
    if
    :: store(self, WORD(slot), word_of(seen));
      load_pointer(self)
    :: load_pointer(self);
      store(self, WORD(slot), word_of(seen))
    fi;
#else
    store(self, WORD(slot), word_of(seen));
    light(self);
    atomic { seen = 0; may_die; load_pointer(self) };
#endif
#ifdef NO_LIGHT_ON_UNLOCK
    if
    :: load_element(self);
      store(self, WORD(slot), 0)
    :: store(self, WORD(slot), 0);
      load_element(self)
    fi;
#else
    atomic { may_die; load_element(self) };
    light(self);
#ifndef NO_WAKE_LIGHT
    atomic { may_die; store(self, WORD(slot), 0) };
#endif
#endif
#ifdef NO_WAKE_LIGHT
    if
    :: store(self, WORD(slot), 0); wake(self)
    :: load(FLAG) == 0 -> store(self, WORD(slot), 0)
    fi;
#else
    light(self);
    wake(self);
#endif
#ifndef FOREVER
    sections++
#endif
  od;
  goto ends;

dies:
  fence(self);
  d_step { seen = 0; sections = 0; dead[token(self)] = true };
  /* From outside. */
  d_step { memory[FLAG] = 0; futex_wake_all() };
ends:
  atomic { slot = 0; sections = 0 }
}

#ifdef HELPER
#define may_stop if :: self == HELPER -> goto dies :: true fi
#else
#define may_stop skip
#endif

inline retire() {
  atomic {
    if
    :: load(OWNER(next)) != owner -> goto retired
    :: else
    fi
  };
  atomic {
    word = load(WORD(next));
    if
#ifdef RETIRE_LEAVES_WORD
    :: word != 0 && !busy(word, seen) -> goto release
#else
    :: word != 0 && !busy(word, seen) -> goto retired
#endif
    :: word == 0 -> goto release
    :: word != 0 && busy(word, seen)
    fi
  };
  compare_and_swap(self, WORD(next), word, 0, done);
  if
  :: done -> observe(RETIRES)
  :: else -> goto retired
  fi;
release:
  compare_and_swap(self, OWNER(next), owner, 0, done);
retired:
  atomic { word = 0; done = false }
}

proctype waiter(byte self) {
  byte period, target, seen, scanned, next, mark, word, owner;
  bool done, announced;

  do
  :: period == PERIODS -> break
  :: period < PERIODS ->
    if
    :: self == UPDATER -> store(self, POINTER, period + 1)
    :: else
    fi;
#ifndef NO_COOKIE_FENCE
    fence(self);
#endif
    target = state_of(sequence(load(STATE)) + 1, DONE);

look:
    atomic {
      may_stop;
      seen = load(STATE);
      if
      :: seen >= target -> goto passed
      :: seen < target && stage(seen) == DONE
      :: seen < target && stage(seen) == ADVANCED -> goto advanced
      :: seen < target && stage(seen) == FENCED -> goto fenced
      :: seen < target && stage(seen) == SCANNED -> goto scanned_all
      fi
    };
    /* The last grace period is over: begins one. */
    atomic { compare_and_swap(self, STATE, seen, seen + 1, done); done = false; goto look };

advanced:
#ifndef NO_FIRST_HEAVY
    heavy(self);
#endif
    atomic { may_stop; compare_and_swap(self, STATE, seen, seen + 1, done); done = false; goto look };

scanned_all:
#ifndef NO_SECOND_HEAVY
    heavy(self);
#endif
    atomic { may_stop; compare_and_swap(self, STATE, seen, seen + 1, done) };
    if
    :: done -> wake(self); goto look
    :: else -> goto look
    fi;

fenced:
    atomic {
      mark = load(MARK);
      if
      :: scanned != sequence(seen) -> scanned = sequence(seen); next = 0
      :: else
      fi
    };
    do
    :: atomic {
        next < mark ->
        if
        :: busy(load(WORD(next)), seen) -> break
        :: else -> next++
        fi
      }
    :: atomic { next == mark -> mark = 0; goto nobody }
    od;
    mark = 0;
    atomic {
      may_stop;
      owner = load(OWNER(next));
      if
      :: owner != 0 && dead[owner]
      :: else -> owner = 0; goto alive
      fi
    };
    retire();
    atomic { owner = 0; goto look };

alive:
    if
    :: !announced ->
      store_atomic(self, FLAG, 1);
#ifndef NO_WAKE_FENCE
      may_stop;
      heavy(self);
#endif
      announced = true
    :: announced ->
      atomic { may_stop; announced = false };
      futex_wait(self, FLAG, 1)
    fi;
    goto look;

nobody:
    atomic { may_stop; compare_and_swap(self, STATE, seen, seen + 1, done); done = false; goto look };

passed:
    atomic {
      announced = false; seen = 0; next = 0; scanned = 0; target = 0;
      if
      :: self == UPDATER -> freed[period] = true; period++
      :: else -> period = PERIODS
      fi
    }
  od;
  finished = finished || self == UPDATER;
  goto ends;
dies:
  fence(self);
  d_step { dead[token(self)] = true; announced = false; seen = 0; next = 0; scanned = 0; target = 0; owner = 0; done = false; mark = 0; word = 0 };
#ifndef SILENT
  d_step { memory[FLAG] = 0; futex_wake_all() };
#endif
ends:
  skip
}

init {
  atomic {
    memory[STATE] = state_of(0, DONE);
    memory[OWNER(0)] = token(0);
#if defined(REGISTER) || READERS == 1
    memory[MARK] = 1;
#else
    memory[OWNER(1)] = token(1);
    memory[MARK] = 2;
#endif
    run reader(0); run hardware(0);
#if READERS > 1
    run reader(1); run hardware(1);
#endif
    run waiter(UPDATER); run hardware(UPDATER);
#ifdef HELPER
    run waiter(HELPER); run hardware(HELPER);
#endif
  }
}

#ifdef PROGRESS
ltl finishes { <> finished }
#endif
