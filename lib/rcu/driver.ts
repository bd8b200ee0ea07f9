/**
 * Drives grace periods: takes the steps that lead to the end of one, with the heavy fences between them. They are:
 * advance, heavy, one pass over the slots, wait for the holdouts, heavy, done.
 *
 * Any number of threads may drive at once. Each step is one compare-and-swap, which the first thread wins. So a driver
 * waits for readers only. If a thread ends in the middle, another thread takes the next step.
 *
 * The first heavy fence pairs with the light one in lock, the second with the first light one in unlock (domain.wat).
 *
 * The holdouts are the slots that block the grace period when the pass looks at them. The driver never looks again at a
 * slot that does not. (A reader may store an old STATE there later. Its section begins after the first heavy fence even
 * so.)
 *
 * Before a thread sleeps, it marks each holdout and issues one heavy fence. Only readers that the grace period waits
 * for wake it. So a grace period takes three heavy fences, and one more for each further thread that sleeps.
 */
import { isThreadDead } from '../threads/threads.js';
import { Stage, type Steps } from './steps.js';

/** How often a thread drives before its first sleep. That takes 2 to 20 microseconds, as most sections do. */
const SPINS = 200;

/** What a thread that sleeps waits for: the end of the section in the slot. */
export interface Sleep {
  readonly cookie: number;
  readonly slot: number;
  /** What the slot's WAIT_WORD is until then. */
  readonly waitWord: number;
}

export interface Driver {
  /** Drives until the grace period of the cookie is over (0), or returns the slot of a reader that blocks it. */
  readonly drive: (cookie: number) => number;
  /** As `drive`; ends the sections of dead readers. */
  readonly driveOverDead: (cookie: number) => number;
  /** As `driveOverDead`, for a while; then marks the holdouts. Undefined if the grace period is over. */
  readonly driveOrAnnounceSleep: (cookie: number) => Sleep | undefined;
  readonly ownerOf: (slot: number) => number;
}

/**
 * What the event-loop flavor does besides. Its readers take longer than a thread would spin. And its heavy fences cost
 * little, so that a thread marks one holdout at a time: few readers wake it.
 */
export interface Loops {
  /** Acknowledges for this thread, if it is between callbacks. */
  readonly acknowledge: () => void;
  /** Wakes the readers that are between callbacks. */
  readonly announce: () => void;
}

export function createDriver(steps: Steps, heavy: () => void, loops?: Loops): Driver {
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

  /** The slots that still block the grace period for which this thread has made its pass. */
  let holdouts: number[] = [];
  /** The WAIT_WORD of each holdout, as this thread marked it. */
  let marks: Map<number, number> | undefined;
  /** The slot that was marked last, one at a time. */
  let last = 0;
  /** The cookie for which this thread has spun in vain. */
  let spunFor = 0;

  function drive(cookie: number): number {
    let stage = beginOrJoin(cookie);
    for (;;) {
      if (stage === Stage.ADVANCED) {
        heavy(); // orders unpublishing and STATE before the slots; pairs with light() in `enter`
        stage = fenced(cookie);
      } else if (stage === Stage.FENCED) {
        loops?.acknowledge();
        const busy = firstHoldout();
        if (busy !== 0) return busy;
        heavy(); // orders the slots before what the caller reclaims; pairs with the first light() in `leave`
        stage = finish(cookie);
      } else {
        return 0;
      }
    }
  }

  /** A slot that still blocks the grace period that beginOrJoin() saw, or 0. */
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

  /** From the first slot that blocks on. If this throws at the end of the stack, the next drive repeats it. */
  function pass(first: number): void {
    holdouts = [];
    marks = undefined;
    for (let slot = first; slot !== 0; slot = scan(slot + SLOT_SIZE.value)) holdouts.push(slot);
    // Threads wake up in the order in which they began to wait, so who was last before may be so again.
    const at = holdouts.indexOf(last);
    if (at >= 0) holdouts.push(...holdouts.splice(at, 1));
    loops?.announce();
    passed();
  }

  function driveOverDead(cookie: number): number {
    for (;;) {
      const busy = drive(cookie);
      if (busy === 0) return 0;
      const token = ownerOf(busy);
      // Before reapDeadReader() reads the slot: once a thread is known dead, all its stores are visible.
      if (!isThreadDead(token)) return busy;
      reapDeadReader(busy, token);
    }
  }

  function driveOrAnnounceSleep(cookie: number): Sleep | undefined {
    if (cookie !== spunFor && loops === undefined) {
      for (let spin = 0; spin < SPINS; spin++) if (drive(cookie) === 0) return undefined;
      spunFor = cookie;
    }
    for (;;) {
      const slot = driveOverDead(cookie);
      if (slot === 0) return undefined;
      const waitWord = marks?.get(slot);
      if (waitWord !== undefined) {
        if (load(slot + WAIT_WORD.value) === waitWord) return { cookie, slot, waitWord };
        // The reader has left and woken us. The slot can still block only if that reader died and another took the
        // slot; then mark it again.
        if (blocksGracePeriod(slot) === 0) continue;
      }
      if (loops === undefined) {
        markHoldouts(holdouts);
      } else {
        markHoldouts([slot]);
        last = slot;
      }
    }
  }

  function markHoldouts(slots: readonly number[]): void {
    const made = new Map<number, number>();
    for (const slot of slots) made.set(slot, requestWakeUp(slot));
    add(BARRIERS.value);
    // Orders WAIT_WORD before the slots' words; pairs with the second light() in `leave`. If the reader's store of 0
    // comes first, we see that it has left. If this fence comes first, the reader sees the mark and wakes us. Needed
    // even if another thread has set the marks before: that thread may not have issued its fence yet.
    heavy();
    marks = made;
  }

  function ownerOf(slot: number): number {
    return load(slot + OWNER.value);
  }

  // Without effect, but V8 compiles these now. In the middle of a grace period the stack might not suffice for that.
  pass(0);
  firstHoldout();
  ownerOf(SLOTS.value);

  return { drive, driveOverDead, driveOrAnnounceSleep, ownerOf };
}
