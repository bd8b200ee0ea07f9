/*
 * A reader: takes a slot, and runs sections. What stands between two chances to die is a function of WebAssembly,
 * within which no thread stops.
 */

#ifdef IMMORTAL
#define may_die skip
#else
#define may_die if :: self == MORTAL -> goto dies :: true fi
#endif

#define is_free(owner) ((owner) == 0 || dead[owner])

/* With -DCLAIMS the second reader takes the first one's slot if it can, or one that nobody has had. */
inline claim(self) {
  do
  :: atomic { is_free(load(OWNER(0))) -> seen = load(OWNER(0)) };
    atomic { compare_and_swap(self, OWNER(0), seen, token(self), done); seen = 0 };
    if
    :: atomic { done -> done = false; show_if(memory[WORD(0)] != 0, TAKES_OVER); break }
    :: else
    fi
  :: slot = 1;
#ifndef NO_MARK
    /* The mark before the section: pairs with the first heavy fence, after which the mark is read. */
    store_atomic(self, SLOT_HIGH_WATER, 2);
#endif
    store_atomic(self, OWNER(1), token(self));
    break
  od;
  store_atomic(self, WORD(slot), 0);
#ifdef CLAIM_RESETS_WAIT_WORD
  store_atomic(self, WAIT_WORD(slot), 0);
#endif
#ifndef NO_WAKE_ON_CLAIM
  /* The word before WAIT_WORD: pairs with the sleeper's heavy fence. The word may have been a dead reader's. */
  wake(self, slot)
#endif
}

proctype reader(byte self) {
  byte slot = self, seen, sections, wanted;
  bool done;

#ifdef CLAIMS
  if
  :: self != MORTAL ->
    slot = 0;
    claim(self);
    /* It may never read. */
    if
    :: true
    :: sections = SECTIONS
    fi
  :: else
  fi;
#endif

  do
  :: atomic {
      sections < SECTIONS ->
      may_die;
#ifndef FOREVER
      sections++;
#endif
      /* readLock */
      seen = load(STATE)
    };
#ifdef NO_LIGHT_ON_LOCK
    if
    :: store(self, WORD(slot), word_of(seen));
      load_pointer(self)
    :: load_pointer(self);
      store(self, WORD(slot), word_of(seen))
    fi;
    seen = 0;
#else
    atomic { store(self, WORD(slot), word_of(seen)); seen = 0 };
    /* The slot before the section: pairs with the first heavy fence. */
    light(self);
    /* The section */
    atomic { may_die; load_pointer(self) };
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
    /* readUnlock. The section before the slot: pairs with the second heavy fence. */
    atomic { may_die; light(self) };
#ifdef NO_WAKE_LIGHT
    if
    :: atomic { !is_wanted(load(WAIT_WORD(slot))) -> wanted = 1 };
    :: true
    fi;
#endif
    store(self, WORD(slot), 0);
#endif
    /* The word before WAIT_WORD: pairs with the sleeper's heavy fence. */
    light(self);
#ifdef NO_WAKE_LIGHT
    if
    :: atomic { wanted != 0 -> wanted = 0 }
    :: wanted == 0 -> wake(self, slot)
    fi
#else
    wake(self, slot)
#endif
  :: atomic { sections == SECTIONS -> goto ends }
  od;

dies:
  fence(self);
  d_step { seen = 0; dead[token(self)] = true };
ends:
  atomic { slot = 0; sections = 0 }
}
