/*
 * What a section reads: the pointer, and then the element that it points to. Each load may complete late: after later
 * atomic loads of the thread, and after its later stores have become visible, as on ARM and POWER.
 *
 * More late loads are left out: the next section's load of the pointer waits for the element of the last one.
 */

bool freed[ELEMENTS];

/* What the section's load of the pointer has brought: an element, once it has completed. */
#define NOTHING 0
#define ASKED 1
#define element(number) ((number) + 2)
byte fetched[THREADS];
/* Whether the load of that element has been issued and not completed. */
bool reading[THREADS];

#define pointer_outstanding(self) (fetched[self] == ASKED)
#define element_outstanding(self) (reading[self] && fetched[self] >= element(0))

inline complete_pointer(self) {
  fetched[self] = element(load(POINTER))
}

/* Safety. */
inline complete_element(self) {
  assert(!freed[fetched[self] - element(0)]);
  show_if(old_while_fenced(self), READS_OLD);
  show_if(has_left(self), READS_LATE);
  fetched[self] = NOTHING;
  reading[self] = false
}

/*
 * The section's loads, as the machine code has them: issued in order, completed when hardware() likes; with -DTSO at
 * once. In the runs for progress there are none, since what a section loads makes nobody wait.
 */
#if defined(PROGRESS) || defined(NO_LOADS)
#define load_pointer(self) skip
#define load_element(self) skip
#else
inline load_pointer(self) {
  atomic {
    fetched[self] == NOTHING;
    fetched[self] = ASKED;
#ifdef TSO
    complete_pointer(self)
#endif
  }
}

inline load_element(self) {
  atomic {
    reading[self] = true;
#ifdef TSO
    complete_element(self)
#endif
  }
}
#endif

/* All that have been issued. */
inline complete_loads(self) {
  if
  :: pointer_outstanding(self) -> complete_pointer(self)
  :: else
  fi;
  if
  :: element_outstanding(self) -> complete_element(self)
  :: else
  fi
}

#define LATE_LOADS(self) \
  :: atomic { pointer_outstanding(self) -> complete_pointer(self) } \
  :: atomic { element_outstanding(self) -> complete_element(self) }
