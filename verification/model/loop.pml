/*
 * A reader of the event-loop flavor: it goes online, and runs callbacks. Between two of them it acknowledges, if the
 * reaction to its Atomics.waitAsync on STATE is due, or goes offline and comes back. A callback reads as a section
 * does, and says nothing of it.
 *
 * ABSTRACTIONS
 *   - The event loop is fair: a reaction that is due runs after the callback that runs now.
 *   - quiescentState() is an acknowledgment, and a thread that drives acknowledges for itself as it does here.
 */

/* Whether the reader has a wait pending, and whether its reaction is due. */
bool parked[READERS];
bool due[READERS];

/* Atomics.notify on STATE. */
inline announce(self) {
  d_step {
    exclude(self);
    if :: parked[0] -> parked[0] = false; due[0] = true :: else fi;
#if READERS > 1
    if :: parked[1] -> parked[1] = false; due[1] = true :: else fi
#endif
  }
}

/* Atomics.waitAsync: the comparison and the beginning of the wait are one step. */
inline wait_while(self, state) {
  atomic { d_step { exclude(self); skip }; parked[self] = load(STATE) == state }
}

/* The slot's word becomes a copy of STATE. */
inline enter_online(self) {
  seen = load(STATE);
  atomic { store(self, WORD(slot), word_of(seen)); seen = 0 };
#ifndef NO_FENCE_ON_ENTER
  /* The word before what the thread reads next: pairs with the first heavy fence. */
  light(self)
#else
  skip
#endif
}

inline acknowledge(self) {
#ifndef NO_FENCE_ON_ACKNOWLEDGE
  /* What the thread has read before the word: pairs with the second heavy fence. */
  light(self);
#endif
  enter_online(self);
#ifndef NO_WAKE_ON_ACKNOWLEDGE
  wake(self, slot)
#else
  skip
#endif
}

inline react(self) {
  due[self] = false;
  do
  :: !parked[self] ->
#ifdef WAITS_FOR_WHAT_IT_HAS_NOT_ACKNOWLEDGED
    acknowledge(self);
    state = load(STATE);
#else
    state = load(STATE);
    acknowledge(self);
#endif
    wait_while(self, state);
    state = 0
  :: parked[self] -> break
  od
}

/* It waits before it is online, so that it is never online without. */
inline go_online(self) {
  do
  :: !parked[self] && !due[self] -> state = load(STATE); wait_while(self, state); state = 0
  :: parked[self] || due[self] -> break
  od;
#ifdef NO_FENCE_ON_ONLINE
  seen = load(STATE);
  atomic { store(self, WORD(slot), word_of(seen)); seen = 0 }
#else
  enter_online(self)
#endif
}

inline go_offline(self) {
#ifndef NO_FENCE_ON_LEAVE
  /* What the thread has read before the word: pairs with the second heavy fence. */
  light(self);
#endif
  store(self, WORD(slot), 0);
  /* The word before WAIT_WORD: pairs with the sleeper's heavy fence. */
  light(self);
#ifndef NO_WAKE_ON_LEAVE
  wake(self, slot)
#else
  skip
#endif
}

proctype reader(byte self) {
  byte slot = self, seen, state, sections, wanted;
  bool done, was_free;

  take_slot(self);
  go_online(self);

  do
  :: sections < SECTIONS ->
#ifndef FOREVER
    sections++;
#endif
    atomic { may_die; load_pointer(self) };
#ifdef ACKNOWLEDGES_INSIDE
    if :: due[self] -> react(self) :: true fi;
#endif
    atomic { may_die; load_element(self) };
    may_die;
    if
    :: due[self] -> react(self)
    :: !due[self]
    fi;
    if
    :: true
    :: go_offline(self);
      may_die;
      if
      :: go_online(self)
      :: goto blocks
      fi
    fi
  :: sections == SECTIONS -> goto idle
  od;

  /* No callbacks any more. It stays, or ends: which is to die, since it is online. */
idle:
  may_die;
end:
  do
  :: due[self] -> react(self)
  od;

  /* Offline, perhaps for ever. */
blocks:
end_offline:
  false;

dies:
  fence(self);
  d_step { seen = 0; state = 0; due[self] = false; parked[self] = false; dead[token(self)] = true };
  atomic { slot = 0; sections = 0 }
}
