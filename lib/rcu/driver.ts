/**
 * Drives grace periods: takes the steps that lead to the end of one, with the heavy fences between them. They are:
 * advance, heavy, one pass over the slots, wait for the holdouts, heavy, done.
 *
 * Any number of threads may drive at once. Each step is one compare-and-swap, and the first thread that makes it has
 * taken it. So a driver waits for readers alone. A thread that ends in the middle leaves a step that another thread
 * takes.
 *
 * The first heavy fence pairs with the light one in lock, the second with the first light one in unlock (domain.wat).
 *
 * The holdouts are the slots that the pass finds in the way. A slot that the pass sees out of the way is done with for
 * this grace period: the driver never looks at it again. (A reader may store an old STATE there later. Its section
 * comes after the first heavy fence all the same.)
 *
 * Before a thread sleeps, it marks each holdout and issues one heavy fence. Only readers that the grace period waits
 * for wake it. So a grace period takes three heavy fences, and one more for each further thread that sleeps.
 */
import { isThreadDead } from '../threads/threads.js';
import { Stage, type Steps } from './steps.js';

/** Before its first sleep, a thread drives this many times, for 2 to 20 microseconds: most sections are as short. */
const SPINS = 200;

/** What a thread sleeps for: that the section in the slot ends. */
export interface Sleep {
  readonly cookie: number;
  readonly slot: number;
  /** What the slot's WAIT_WORD is until then. */
  readonly waitWord: number;
}

export interface Driver {
  /** Drives until the grace period of the cookie is over (0), or a reader is in the way: its slot. Never sleeps. */
  readonly drive: (cookie: number) => number;
  /** As `drive`; readers that have died are not in the way. */
  readonly driveOverDead: (cookie: number) => number;
  /** As `driveOverDead`, for a while, and then marks what is in the way. Undefined if the grace period is over. */
  readonly driveOrAnnounceSleep: (cookie: number) => Sleep | undefined;
  readonly ownerOf: (slot: number) => number;
}

export function createDriver(steps: Steps, heavy: () => void): Driver {
  const {
    beginOrJoin,
    fenced,
    scanOnce,
    scan,
    passed,
    blocksGracePeriod,
    finish,
    requestWakeUp,
    reapDeadReader,
    load,
    add,
  } = steps;
  const { SLOTS, SLOT_SIZE, OWNER, WAIT_WORD, BARRIERS } = steps;

  /** The slots that are still in the way of the grace period for which this thread has made its pass. */
  let holdouts: number[] = [];
  /** What this thread has made WAIT_WORD of the holdouts, when it has marked them. */
  let marks: Map<number, number> | undefined;
  /** The cookie for which this thread has spun in vain. */
  let spunFor = 0;

  function drive(cookie: number): number {
    let stage = beginOrJoin(cookie);
    for (;;) {
      if (stage === Stage.ADVANCED) {
        heavy(); // what was unpublished, and STATE, before the slots: pairs with light() in lock
        stage = fenced(cookie);
      } else if (stage === Stage.FENCED) {
        const busy = firstHoldout();
        if (busy !== 0) return busy;
        heavy(); // the slots before what the caller frees: pairs with the first light() in unlock
        stage = finish(cookie);
      } else {
        return 0;
      }
    }
  }

  /** A slot that is still in the way of the grace period that beginOrJoin() has seen, or 0. */
  function firstHoldout(): number {
    const first = scanOnce();
    if (first === 0) return 0;
    if (first > 0) pass(first);
    for (let last = holdouts.length - 1; last >= 0; last--) {
      const slot = holdouts[last] as number;
      if (blocksGracePeriod(slot) === 1) return slot;
      holdouts.pop();
    }
    return 0;
  }

  /** From the first slot that is in the way on. If this throws at the end of the stack, the next look repeats it. */
  function pass(first: number): void {
    holdouts = [];
    marks = undefined;
    for (let slot = first; slot !== 0; slot = scan(slot + SLOT_SIZE.value)) holdouts.push(slot);
    passed();
  }

  function driveOverDead(cookie: number): number {
    for (;;) {
      const busy = drive(cookie);
      if (busy === 0) return 0;
      const token = ownerOf(busy);
      // Asked before reapDeadReader() reads the slot: what the dead have stored can be seen.
      if (!isThreadDead(token)) return busy;
      reapDeadReader(busy, token);
    }
  }

  function driveOrAnnounceSleep(cookie: number): Sleep | undefined {
    if (cookie !== spunFor) {
      for (let spin = 0; spin < SPINS; spin++) if (drive(cookie) === 0) return undefined;
      spunFor = cookie;
    }
    for (;;) {
      const slot = driveOverDead(cookie);
      if (slot === 0) return undefined;
      const waitWord = marks?.get(slot);
      if (waitWord !== undefined) {
        if (load(slot + WAIT_WORD.value) === waitWord) return { cookie, slot, waitWord };
        // The reader has left and woken us. If the slot is in the way all the same, which only a death can bring about,
        // it is marked again.
        if (blocksGracePeriod(slot) === 0) continue;
      }
      markHoldouts();
    }
  }

  function markHoldouts(): void {
    const made = new Map<number, number>();
    for (const slot of holdouts) made.set(slot, requestWakeUp(slot));
    add(BARRIERS.value);
    // WAIT_WORD before the words: pairs with the second light() in unlock. Either the reader sees the mark, and wakes
    // us, or we see that it has left. Also where the marks had been there: their own thread may not have come to its
    // fence.
    heavy();
    marks = made;
  }

  function ownerOf(slot: number): number {
    return load(slot + OWNER.value);
  }

  // These have no effect, but V8 compiles them now. In the middle of a grace period that might find no stack.
  pass(0);
  firstHoldout();
  ownerOf(SLOTS.value);

  return { drive, driveOverDead, driveOrAnnounceSleep, ownerOf };
}
