/**
 * A lock for data that one thread uses all the time, and others rarely: the thread that takes it first owns its bias, and
 * enters and leaves by two light fences, without an atomic operation. The first other thread revokes the bias for good
 * with a heavy fence; from then on it is an ordinary lock on Atomics.wait. How it works: lock-operations.ts.
 */
import { invalidType } from '../arguments.js';
import { checkFunction, refuseThenable, type Synchronous, sharedWords } from './arguments.js';
import { AsymmetricFence } from './asymmetric-fence.js';
import { createLock, LOCK_WORDS, type LockOperations } from './lock-operations.js';
import { tokenOfThisThread } from './threads.js';

export class BiasedLock {
  /** The words that a lock takes of its view, from `index` on. They must be zero before its first use. */
  static readonly WORDS: number = LOCK_WORDS;

  /**
   * Takes the lock. The owner of the bias pays 3 to 5 ns; the thread that revokes it a heavy fence or two, and waits, looking
   * every millisecond, until the owner has left its section; everybody after that 10 to 15 ns, or sleeps in Atomics.wait
   * until the lock is free. There is no order among those who wait. Blocks the thread, so keep sections short where one
   * of the threads has an event loop to serve. May be destructured, as the others.
   *
   * Throws FenceError (ERR_FENCE_LOCK_HELD) where this thread holds it already; whatever `heavy()` throws, or the end of the
   * stack, and then the lock is not taken.
   */
  readonly lock: () => void;

  /** Takes the lock if that needs no waiting, and says whether it has. Otherwise as `lock`. */
  readonly tryLock: () => boolean;

  /** Gives the lock back, and wakes a thread that waits. FenceError (ERR_FENCE_LOCK_NOT_HELD) if this thread has it not. */
  readonly unlock: () => void;

  readonly #ownerDied: () => boolean;

  /**
   * The lock in `view[index]` and the two words after it, for this thread. Each thread makes its own object over the same
   * words. Two locks in one cache line disturb each other: give each 128 bytes if they are taken often.
   *
   * Throws TypeError or RangeError where there are no such words in shared memory; UnavailableError in a thread that cannot
   * load the addon while others may, since it could not revoke.
   */
  constructor(fence: AsymmetricFence, view: Int32Array, index = 0) {
    if (!(fence instanceof AsymmetricFence)) throw invalidType('argument "fence"', 'an AsymmetricFence', fence);
    const words = sharedWords(view, index, LOCK_WORDS);
    const { light, heavy } = fence;
    const operations: LockOperations = createLock(words, { light, heavy, self: tokenOfThisThread() });
    this.lock = operations.lock;
    this.tryLock = operations.tryLock;
    this.unlock = operations.unlock;
    this.#ownerDied = operations.ownerDied;
  }

  /**
   * Whether this thread holds the lock and has inherited it: the thread that had it before ended, in whatever way, while it
   * was in its section or on its way there, and what the lock protects may be half done. Told to the next holder only, until
   * it unlocks. On another platform than Linux the end of a thread is not noticed, and its lock stays taken.
   */
  get ownerDied(): boolean {
    return this.#ownerDied();
  }

  /**
   * Calls `section` with the lock held, and returns what it returns; unlocks in any case. `section` is told `ownerDied`.
   * Throws TypeError (ERR_INVALID_RETURN_VALUE) for a section that returns a promise: it would be outside at its first await.
   */
  withLock<T>(section: ((ownerDied: boolean) => T) & Synchronous<T>): T {
    checkFunction('section', section);
    this.lock();
    try {
      return refuseThenable(section(this.#ownerDied()));
    } finally {
      this.unlock();
    }
  }
}
