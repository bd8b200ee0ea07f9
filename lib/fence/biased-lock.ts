/** The public lock. Each operation is a closure that lock-operations.ts makes; that file says how the lock works. */
import { invalidType } from '../base/arguments.js';
import type { Synchronous } from '../base/section.js';
import { nativeIdentity } from '../threads/threads.js';
import { sharedWords } from './arguments.js';
import { type AsymmetricFence, isFence } from './asymmetric-fence.js';
import { FenceError } from './errors.js';
import { createLock, LOCK_WORDS, type LockOperations, settleCopy } from './lock-operations.js';
import { tokenOfThisThread } from './token.js';

/**
 * A lock for data that one thread uses all the time, and others later or never.
 *
 * The thread that takes it first owns its bias: it locks and unlocks by two light fences. The first other thread
 * revokes the bias for good. From then on it is an ordinary lock on Atomics.wait. If a thread ends while it holds the
 * lock, the next thread gets it. The lock does not nest, is not fair, and has no timeout. Linux only for the last
 * holder's death: on other platforms its lock stays taken.
 */
export class BiasedLock {
  /** How many words of its view a lock takes, from `index` on. They must be zero before its first use. */
  static readonly WORDS: number = LOCK_WORDS;

  /**
   * Takes the lock. Blocks the thread until it is free. May be destructured.
   *
   * - The owner of the bias pays 3 to 5 ns.
   * - The thread that revokes the bias pays one or two heavy fences, and waits until the owner has left its section. It
   *   looks once a millisecond.
   * - Later it costs 10 to 15 ns, or a wait in Atomics.wait.
   *
   * Throws FenceError (ERR_FENCE_LOCK_HELD) if this thread already holds it; whatever `heavy()` throws; RangeError at
   * the end of the stack. Then the lock is not taken. A vm timeout that ends this call while it waits for the owner
   * keeps other threads waiting, until this thread calls lock() again.
   */
  readonly lock: () => void;

  /** Takes the lock if that needs no waiting, and returns whether it did. Otherwise as `lock`. */
  readonly tryLock: () => boolean;

  /**
   * Releases the lock, and wakes a waiting thread. Throws FenceError (ERR_FENCE_LOCK_NOT_HELD) if this thread does not
   * hold it.
   */
  readonly unlock: () => void;

  /**
   * Calls `section` with the lock held, and returns what it returns. Passes `ownerDied` to it. Unlocks in any case,
   * also at the end of the stack (a sleeping thread then notices up to 20 ms later). May be destructured.
   *
   * Throws TypeError (ERR_INVALID_RETURN_VALUE) for a section that returns a promise or an iterator, whose code would
   * run outside. Otherwise as `lock`. A vm timeout that ends the section leaves the lock held, because V8 skips the
   * `finally` block: call unlock() afterwards.
   */
  readonly withLock: <T>(section: ((ownerDied: boolean) => T) & Synchronous<T>) => T;

  readonly #ownerDied: () => boolean;

  /**
   * The lock in `view[index]` and the three words after it, for this thread. Each thread makes its own object over the
   * same words. Put 128 bytes between two locks that are taken often.
   *
   * Throws TypeError or RangeError if the view has no such words in shared memory; FenceError (ERR_FENCE_COPY) if
   * another copy of the package uses the lock.
   */
  constructor(fence: AsymmetricFence, view: Int32Array, index = 0) {
    if (!isFence(fence))
      throw invalidType(
        'argument "fence"',
        'the result of AsymmetricFence.create() of this copy of node-membarrier',
        fence,
      );
    const words = sharedWords(view, index, LOCK_WORDS);
    const { light, heavy } = fence;
    const operations: LockOperations = createLock(words, { light, heavy, self: tokenOfThisThread() });
    this.lock = operations.lock;
    this.tryLock = operations.tryLock;
    this.unlock = operations.unlock;
    this.withLock = operations.withLock;
    this.#ownerDied = operations.ownerDied;
    const identity = nativeIdentity();
    if (settleCopy(words, identity) !== identity) throw otherCopy();
  }

  /**
   * Whether this thread holds the lock and inherited it: the last holder ended while it was in its section or on its
   * way there, so the data may be half changed. Only the next holder sees it, until it unlocks.
   */
  get ownerDied(): boolean {
    return this.#ownerDied();
  }
}

function otherCopy(): FenceError {
  const message =
    'Another copy of node-membarrier in this process uses this lock. A copy cannot notice when a thread of the other ' +
    'one ends. Load the package from one path in all threads (`npm ls node-membarrier` shows the copies)';
  return new FenceError('ERR_FENCE_COPY', message);
}
