/*
 * What readers of both flavors do: they take a slot, and may die.
 */

#if defined(IMMORTAL) || defined(DIRECTED)
#define may_die skip
#else
#define may_die if :: self == MORTAL -> goto dies :: true fi
#endif
#define is_free(owner) ((owner) == 0 || dead[owner])

/* With -DCLAIMS the second reader takes the first one's slot if it can, or one that nobody has had. */
inline claim(self) {
  do
  :: atomic { is_free(load(OWNER(0))) -> seen = load(OWNER(0)) };
    atomic { compare_and_swap(self, OWNER(0), seen, token(self), done); was_free = seen == 0; seen = 0 };
    if
    :: atomic { done -> done = false; show_if(last(WORD(0)) != 0, TAKES_OVER); break }
    :: else
    fi
#ifndef DIRECTED
  :: slot = 1;
#ifndef NO_MARK
    /* The mark before the section: pairs with the first heavy fence, after which the mark is read. */
    store_atomic(self, SLOT_HIGH_WATER, 2);
#endif
    store_atomic(self, OWNER(1), token(self));
    was_free = true;
    break
#endif
  od;
  store_atomic(self, WORD(slot), 0);
#ifdef CLAIM_RESETS_WAIT_WORD
  store_atomic(self, WAIT_WORD(slot), 0);
#endif
#ifndef NO_WAKE_ON_CLAIM
  /*
   * The word before WAIT_WORD: pairs with the sleeper's heavy fence. The word was a dead reader's, if it had an owner.
   */
  if
  :: was_free -> was_free = false
  :: else -> wake(self, slot)
  fi
#endif
}

inline take_slot(self) {
#ifdef CLAIMS
  if
  :: self != MORTAL ->
    slot = 0;
    claim(self);
#ifndef DIRECTED
    /* It may never read. */
    if
    :: true
    :: sections = SECTIONS
    fi
#endif
  :: else
  fi
#else
  skip
#endif
}
