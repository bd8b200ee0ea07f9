/*
 * Sleeping and waking: futex(2), or Atomics.wait.
 */

/* Of each thread: 0, or the address of the word on which it sleeps. */
byte asleep[THREADS];

#ifdef HELPER
#define both_sleep (asleep[UPDATER] && asleep[HELPER])
#define wake_thread(thread, where) if :: asleep[thread] == (where) -> asleep[thread] = 0 :: else fi
#ifdef WAKE_ONE
#define futex_wake(where) \
  if :: asleep[UPDATER] == (where) -> asleep[UPDATER] = 0 :: else -> wake_thread(HELPER, where) fi
#else
#define futex_wake(where) wake_thread(UPDATER, where); wake_thread(HELPER, where)
#endif
#else
#define both_sleep false
#define futex_wake(where) if :: asleep[UPDATER] == (where) -> asleep[UPDATER] = 0 :: else fi
#endif

/*
 * futex(2): the comparison and the falling asleep are one step. The sleep ends by a wake-up; or by its time limit,
 * which is there for a reason that no wake-up tells of.
 */
inline futex_wait(self, where, expected, limit) {
  atomic {
    d_step { exclude(self); skip };
    if
    :: load(where) == expected ->
      asleep[self] = where;
      show(SLEEPS);
      show_if(both_sleep, BOTH_SLEEP);
      (!asleep[self] || (limit));
      asleep[self] = 0
    :: else -> show(SLEEPS_NOT)
    fi
  }
}
