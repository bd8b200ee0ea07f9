/*
 * What the machine allows, for spin: the known shapes, by their known names, with what orders each thread. Everything
 * is as V8 compiles atomic loads for POWER: with an lwsync behind it. A store is a plain one; `fence` is a sync.
 *
 * -DSHAPE=... chooses one, and -DFENCED=... which threads (a set) have a full fence between their two accesses. The
 * assertion at the end fails if the outcome of that name is there.
 */

#define SB 1
#define MP 2
#define WRC 3
#define RWC 4
#define IRIW 5
#define R 6
#define S 7
#define W2 8 /* 2+2W */
#define ISA2 9
#define Z6_0 10
#ifndef FENCED
#define FENCED 0
#endif

#define THREADS 4
#define X 0
#define Y 1
#define Z 2
#define WORDS 3
#define audience(where) 15
#define UPDATER 0
#ifdef POWER
#define is_quiet (flights == 0)
#else
#define is_quiet (buffer[0].length + buffer[1].length + buffer[2].length + buffer[3].length == 0)
#endif

#include "memory.pml"
#define complete_loads(self) skip
#define LATE_LOADS(self)
#include "machine.pml"

byte ended;
byte r1, r2, r3, r4;

#define between if :: FENCED & (1 << self) -> fence(self) :: else fi

proctype thread(byte self) {
#if SHAPE == SB
  if
  :: self == 0 -> store(self, X, 1); between; r1 = load(Y)
  :: self == 1 -> store(self, Y, 1); between; r2 = load(X)
  :: else
  fi;
#define outcome (r1 == 0 && r2 == 0)
#elif SHAPE == MP
  if
  :: self == 0 -> store(self, X, 1); between; store(self, Y, 1)
  :: self == 1 -> r1 = load(Y); between; r2 = load(X)
  :: else
  fi;
#define outcome (r1 == 1 && r2 == 0)
#elif SHAPE == WRC
  if
  :: self == 0 -> store(self, X, 1)
  :: self == 1 -> r1 = load(X); between; store(self, Y, 1)
  :: self == 2 -> r2 = load(Y); between; r3 = load(X)
  :: else
  fi;
#define outcome (r1 == 1 && r2 == 1 && r3 == 0)
#elif SHAPE == RWC
  if
  :: self == 0 -> store(self, X, 1)
  :: self == 1 -> r1 = load(X); between; r2 = load(Y)
  :: self == 2 -> store(self, Y, 1); between; r3 = load(X)
  :: else
  fi;
#define outcome (r1 == 1 && r2 == 0 && r3 == 0)
#elif SHAPE == IRIW
  if
  :: self == 0 -> store(self, X, 1)
  :: self == 1 -> r1 = load(X); between; r2 = load(Y)
  :: self == 2 -> r3 = load(Y); between; r4 = load(X)
  :: self == 3 -> store(self, Y, 1)
  fi;
#define outcome (r1 == 1 && r2 == 0 && r3 == 1 && r4 == 0)
#elif SHAPE == R
  if
  :: self == 0 -> store(self, X, 1); between; store(self, Y, 1)
  :: self == 1 -> store(self, Y, 2); between; r1 = load(X)
  :: else
  fi;
#define outcome (r1 == 0 && last(Y) == 2)
#elif SHAPE == S
  if
  :: self == 0 -> store(self, X, 2); between; store(self, Y, 1)
#ifdef LATE
  :: self == 1 -> store(self, X, 1); r1 = load(Y)
#else
  :: self == 1 -> r1 = load(Y); between; store(self, X, 1)
#endif
  :: else
  fi;
#define outcome (r1 == 1 && last(X) == 2)
#elif SHAPE == W2
  if
  :: self == 0 -> store(self, X, 1); between; store(self, Y, 2)
  :: self == 1 -> store(self, Y, 1); between; store(self, X, 2)
  :: else
  fi;
#define outcome (last(X) == 1 && last(Y) == 1)
#elif SHAPE == ISA2
  if
  :: self == 0 -> store(self, X, 1); between; store(self, Y, 1)
  :: self == 1 -> r1 = load(Y); between; store(self, Z, 1)
  :: self == 2 -> r2 = load(Z); between; r3 = load(X)
  :: else
  fi;
#define outcome (r1 == 1 && r2 == 1 && r3 == 0)
#elif SHAPE == Z6_0
  if
  :: self == 0 -> store(self, X, 1); between; store(self, Y, 1)
  :: self == 1 -> store(self, Y, 2); between; store(self, Z, 1)
  :: self == 2 -> r1 = load(Z); between; r2 = load(X)
  :: else
  fi;
#define outcome (r1 == 1 && r2 == 0 && last(Y) == 2)
#endif
  ended++;
  if
  :: atomic { ended == THREADS && is_quiet -> assert(!outcome) }
  :: ended < THREADS
  fi
}

init {
  atomic {
    run thread(0); run thread(1); run thread(2); run thread(3);
    run hardware(0); run hardware(1); run hardware(2); run hardware(3)
  }
}
