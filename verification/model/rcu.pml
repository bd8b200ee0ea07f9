/*
 * Readers, a grace period, and those who wait for it (lib/rcu/), for spin. `npm run model` (verification/model/run)
 * checks many variants.
 *
 *   rcu.pml      the shared words, what is shown, how it begins
 *   memory.pml   what stores do: buffers.pml, multi-copy atomic; or power.pml, not (-DPOWER)
 *   machine.pml  fences, late loads, membarrier(2)
 *   sleep.pml    futex(2)
 *   section.pml  what a section loads, and how late
 *   claim.pml    how a reader takes a slot; that it may die
 *   reader.pml   a reader of the memb flavor: lock, unlock
 *   loop.pml     a reader of the event-loop flavor (-DLOOP): online, acknowledge, offline
 *   waiter.pml   cookie, driving, sleeping, reaping; a waiter that stops
 *
 * SAFETY: nobody reads an element that has been freed, also not by a load that completes late: the assertion in
 * section.pml. PROGRESS: no state in which somebody sleeps for ever: spin's invalid end states, where readers run
 * SECTIONS sections and sleeps have no limit. And the updater comes to its end under weak fairness though readers never
 * stop: the formula at the end of this file. Both as long as whoever is in a section leaves it or dies.
 *
 * ABSTRACTIONS
 *   - There is no nesting in a slot's word.
 *   - A section reads one element once; that read may happen at any point of it, and after it.
 *   - Elements are not used again, so that each read of a freed one is seen. The updater frees at once: nothing could
 *     be worse.
 *   - To look many times before sleeping is to look once, later. What a step does with private variables is not apart
 *     from its access of a shared word.
 *   - An access and the one before it are one step where only the thread itself could tell, as the call of
 *     membarrier(2) and the load of STATE that asks for it: what others do between them they may as well do before.
 *   - A dead thread is marked as dead after all that it has done, and all of it has reached everybody by then. The code
 *     marks by a release; the kernel's full fences come a moment later, when the thread gives up its CPU. Who sleeps
 *     for its section gets up by itself: in lib/rcu/ naps are limited, for this reason alone (-DUNNOTICED shows that).
 *
 * Variants, by -D: POWER; LOOP, the event-loop flavor, whose heavy fences are its driver's own; READERS, SECTIONS of
 * each, PERIODS that the updater waits for; CLAIMS, HELPERS, IMMORTAL, FOREVER, SYMMETRIC; TSO, without late loads;
 * PROGRESS; SHOW; DIRECTED (begins in the middle of a grace period, with a dead reader whose slot is claimed, and a
 * helper that stops after its step). All others are faults: NO_..., and COUNTER_NOT_ADVANCED (the scan compares with
 * the sequence before the advance), WORD_WITHOUT_STAGE (a reader that has copied ADVANCED is not waited for),
 * STALE_MARK (read once), PLAIN_WAIT_WORD (1 or 0), RESCAN (slots that were out of the way are looked at again),
 * CLAIM_RESETS_WAIT_WORD, TRUST_OTHERS_MARK (no fence where another waiter has set the bits), WAKE_ONE, RETIRE_...,
 * UNNOTICED, WAIT_FOR_NEW (the scan waits for those who have entered since, too).
 */

/* Without membarrier(2). */
#ifdef LOOP
#define SYMMETRIC
#endif

#ifndef READERS
#define READERS 2
#endif
#ifndef SECTIONS
#define SECTIONS 1
#endif
#ifndef PERIODS
#define PERIODS 2
#endif

/* Threads. The first reader may die; with -DHELPERS there is a second waiter, which may stop for good. */
#define MORTAL 0
#define UPDATER READERS
#ifdef HELPERS
#define HELPER (READERS + 1)
#define THREADS (READERS + 2)
#else
#define THREADS (READERS + 1)
#endif
#define token(thread) ((thread) + 1)
/* By token. */
bool dead[THREADS + 1];

/* Words of memory. */
#define STATE 0
#define SLOT_HIGH_WATER 1
#define POINTER 2
#define WORD(slot) (3 + (slot))
#define OWNER(slot) (3 + READERS + (slot))
#define WAIT_WORD(slot) (3 + 2 * READERS + (slot))
#define WORDS (3 + 3 * READERS)
#define ELEMENTS (PERIODS + 1)

/* STATE. One more than a stage is the next, and one more than DONE begins a grace period. */
#define ADVANCED 0
#define FENCED 1
#define DONE 2
#define end_of(sequence) ((sequence) * 3 + DONE)
#define sequence(state) ((state) / 3)
#define stage(state) ((state) % 3)

/*
 * A slot's word: 0, or what STATE was, and 1 for the nesting. In the way is a section that began before STATE was
 * `state`.
 */
#define word_of(state) ((state) + 1)
#if defined(COUNTER_NOT_ADVANCED)
#define busy(word, state) ((word) != 0 && (word) - 1 < (state) - 3)
#elif defined(WAIT_FOR_NEW)
#define busy(word, state) ((word) != 0)
#elif defined(WORD_WITHOUT_STAGE)
#define busy(word, state) ((word) != 0 && sequence((word) - 1) < sequence(state))
#else
#define busy(word, state) ((word) != 0 && (word) - 1 < (state))
#endif

/*
 * WAIT_WORD: odd when somebody may sleep. What wakes makes it even, and then it is another number than that slept on.
 */
#ifdef PLAIN_WAIT_WORD
#define marked(wanted) 1
#define withdrawn(wanted) 0
#else
#define marked(wanted) ((wanted) | 1)
#define withdrawn(wanted) (((wanted) + 1) WAIT_WORD_MODULO)
#endif
/* For finitely many states. With one waiter, as there, it changes at most once between the mark and the sleep. */
#ifdef FOREVER
#define WAIT_WORD_MODULO & 3
#else
#define WAIT_WORD_MODULO
#endif
#define is_wanted(wanted) ((wanted) & 1)

bool finished;

/* What can be shown to happen, with -DSHOW=...: an assertion that has to fail. */
#define SLEEPS 1
#define SLEEPS_NOT 2
#define READS_OLD 3
#define READS_LATE 4
#define RETIRES 5
#define TAKES_OVER 6
#define BOTH_SLEEP 7
#define OUTLIVES_HELPER 8
#define FINISHES 9
#ifndef SHOW
#define SHOW 0
#endif
#define show(what) assert(SHOW != what)
#define show_if(condition, what) assert(SHOW != what || !(condition))
#define old_while_fenced(self) (fetched[self] != element(last(POINTER)) && stage(last(STATE)) == FENCED)
/* Its section's last store has become visible: without -DCLAIMS a reader's slot is its own number. */
#define has_left(self) (last(WORD(self)) == 0 && is_drained(self))

/* Who loads a word: a set of threads. */
#define WAITERS (((1 << THREADS) - 1) & ~((1 << READERS) - 1))
#ifdef CLAIMS
#define NEWCOMER 2
#else
#define NEWCOMER 0
#endif
#define audience(where) \
  ((where) == STATE -> (1 << THREADS) - 1 : \
  ((where) == POINTER -> (1 << READERS) - 1 : \
  ((where) >= WAIT_WORD(0) -> WAITERS | (1 << ((where) - WAIT_WORD(0))) | NEWCOMER : \
  ((where) >= OWNER(0) || (where) == SLOT_HIGH_WATER -> WAITERS | NEWCOMER : WAITERS))))

#include "memory.pml"
#include "section.pml"
#include "machine.pml"
#include "sleep.pml"

/* Wakes all that may be asleep for the section in the slot. */
inline wake(self, which) {
  if
  :: !is_wanted(load(WAIT_WORD(which)))
  :: atomic { is_wanted(load(WAIT_WORD(which))) -> wanted = load(WAIT_WORD(which)) };
    atomic { compare_and_swap(self, WAIT_WORD(which), wanted, withdrawn(wanted), done); wanted = 0 };
    if
    :: done -> d_step { done = false; exclude(self); futex_wake(WAIT_WORD(which)) }
    :: else
    fi
  fi
}

#include "claim.pml"
#ifdef LOOP
#include "loop.pml"
#else
#include "reader.pml"
#endif
#include "waiter.pml"

inline start(thread) {
  run hardware(thread);
  run interrupt(thread)
}

init {
  atomic {
    begin_with(STATE, end_of(0));
    begin_with(OWNER(0), token(0));
    begin_with(SLOT_HIGH_WATER, 1);
#ifdef DIRECTED
    begin_with(STATE, 3);
    begin_with(POINTER, 1);
    begin_with(WORD(0), word_of(3));
    dead[token(0)] = true;
#else
    run reader(0);
#endif
    start(0);
#if READERS > 1
#ifndef CLAIMS
    begin_with(OWNER(1), token(1));
    begin_with(SLOT_HIGH_WATER, 2);
#endif
    run reader(1);
    start(1);
#endif
    run waiter(UPDATER);
    start(UPDATER);
#ifdef HELPER
    run waiter(HELPER);
    start(HELPER);
#endif
  }
}

/* Spin's weak fairness: a process that can go on from some point on goes on. */
#ifdef PROGRESS
ltl finishes { <> finished }
#endif
