/**
 * An ordinary lock in one word of shared memory. It outlives its holders: if a thread ends while it holds the lock, the
 * next thread that asks inherits it, and learns so. (The robust mutexes of POSIX return EOWNERDEAD.)
 *
 * The word is 0, or the holder's token, with CONTENDED set when somebody may be asleep. Every transition is one Atomics
 * call on it, so that a thread that dies between two instructions leaves no state but these.
 *
 * All accesses to the word are sequentially consistent: what a holder did before release() comes before what the next
 * one does after acquire().
 */
import { requireStack } from '../base/stack.js';
import { isThreadDead, TOKEN_BITS } from '../threads/threads.js';

/** 'inherited': acquired, from a holder that died. */
export type Acquisition = 'acquired' | 'inherited' | 'busy';

export const FREE = 0;
export const CONTENDED: number = 1 << TOKEN_BITS;

/** Before it sleeps, a thread looks this many times: half a microsecond, for sections that are as short. */
const SPINS = 50;

/** In milliseconds: nobody wakes the successors of the dead, so a sleeper gets up now and then to look. */
const SLEEP_TIMEOUT = 20;

export class RobustLock {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #self: number;
  readonly #timeout: number;

  /** With an infinite `timeout` a lost wake-up hangs, and is not slept over: for tests. */
  constructor(words: Int32Array, index: number, self: number, timeout = SLEEP_TIMEOUT) {
    this.#words = words;
    this.#index = index;
    this.#self = self;
    this.#timeout = timeout;
  }

  isHeldByThisThread(): boolean {
    return holderIn(this.#load()) === this.#self;
  }

  /** By itself the cheapest way to try: one Atomics call. Leaves the dead where they are. */
  takeIfFree(): boolean {
    return Atomics.compareExchange(this.#words, this.#index, FREE, this.#self) === FREE;
  }

  /** Never sleeps. */
  tryAcquire(): Acquisition {
    return this.#take(this.#self);
  }

  /** Waits for as long as it takes, with Atomics.wait: it blocks the thread. */
  acquire(): Exclude<Acquisition, 'busy'> {
    for (let spin = 0; spin < SPINS; spin++) {
      const taken = this.#take(this.#self);
      if (taken !== 'busy') return taken;
    }
    requireStack(); // before the word says that this thread sleeps
    for (;;) {
      // Who has slept cannot know who else does: it takes the lock as contended, so that its release wakes another.
      const taken = this.#take(this.#self | CONTENDED);
      if (taken !== 'busy') return taken;
      this.#sleep();
    }
  }

  /** False if this thread does not hold it. */
  release(): boolean {
    const word = Atomics.compareExchange(this.#words, this.#index, this.#self, FREE);
    if (word === this.#self) return true;
    if (holderIn(word) !== this.#self) return false;
    Atomics.store(this.#words, this.#index, FREE);
    try {
      Atomics.notify(this.#words, this.#index, 1);
    } catch {
      // The end of the stack. The lock is given back, and a sleeper gets up by itself.
    }
    return true;
  }

  #load(): number {
    return Atomics.load(this.#words, this.#index);
  }

  #take(as: number): Acquisition {
    let word = Atomics.compareExchange(this.#words, this.#index, FREE, as);
    if (word === FREE) return 'acquired';
    while (isThreadDead(holderIn(word))) {
      // The dead one's waiters are ours to wake; one of them may be marking the word at this moment.
      const found = Atomics.compareExchange(this.#words, this.#index, word, as | (word & CONTENDED));
      if (found === word) return 'inherited';
      word = found;
    }
    return 'busy';
  }

  /**
   * Until the lock is released, or for a nap. The kernel compares the word: a release just before is not slept through.
   */
  #sleep(): void {
    const word = this.#load();
    if (word === FREE) return;
    const contended = word | CONTENDED;
    if (Atomics.compareExchange(this.#words, this.#index, word, contended) !== word) return;
    Atomics.wait(this.#words, this.#index, contended, this.#timeout);
  }
}

function holderIn(word: number): number {
  return word & ~CONTENDED;
}
