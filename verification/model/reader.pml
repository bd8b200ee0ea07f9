/*
 * A reader of the memb flavor: takes a slot, and runs sections. What stands between two chances to die is a function of
 * WebAssembly, within which no thread stops.
 */

proctype reader(byte self) {
  byte slot = self, seen, sections, wanted;
  bool done, was_free;

  take_slot(self);

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
