/**
 * A lock for data that one thread uses all the time, and others rarely: the thread that takes it first owns its bias,
 * and enters and leaves by two light fences, without an atomic operation. The first other thread revokes the bias for
 * good with a heavy fence; from then on it is an ordinary lock on Atomics.wait. How it works: lock-operations.ts.
 */
import { invalidType } from '../base/arguments.js';
import type { Synchronous } from '../base/section.js';
import { nativeIdentity } from '../threads/threads.js';
import { sharedWords } from './arguments.js';
import { type AsymmetricFence, isFence } from './asymmetric-fence.js';
import { FenceError } from './errors.js';
import { createLock, LOCK_WORDS, type LockOperations, settleCopy } from './lock-operations.js';
import { tokenOfThisThread } from './token.js';

export class BiasedLock {
  /** The words that a lock takes of its view, from `index` on. They must be zero before its first use. */
  static readonly WORDS: number = LOCK_WORDS;

  /**
   * Takes the lock. The owner of the bias pays 3 to 5 ns; the thread that revokes it a heavy fence or two, and waits,
   * looking every millisecond, until the owner has left its section; everybody after that 10 to 15 ns, or sleeps in
   * Atomics.wait until the lock is free. There is no order among those who wait. Blocks the thread, so keep sections
   * short where one of the threads has an event loop to serve. May be destructured, as the others.
   *
   * Throws FenceError (ERR_FENCE_LOCK_HELD) where this thread holds it already; whatever `heavy()` throws, or the end
   * of the stack, and then the lock is not taken. A vm timeout that ends this call while it waits for the owner keeps
   * other threads waiting, until this thread calls lock() again.
   */
  readonly lock: () => void;

  /** Takes the lock if that needs no waiting, and says whether it has. Otherwise as `lock`. */
  readonly tryLock: () => boolean;

  /**
   * Gives the lock back, and wakes a thread that waits. FenceError (ERR_FENCE_LOCK_NOT_HELD) if this thread has it not.
   */
  readonly unlock: () => void;

  /**
   * Calls `section` with the lock held, and returns what it returns; unlocks in any case, also where the stack ends
   * (then a thread that sleeps notices up to 20 ms later). `section` is told `ownerDied`. May be destructured.
   *
   * Throws TypeError (ERR_INVALID_RETURN_VALUE) for a section that returns a promise or an iterator: its code would run
   * outside. Otherwise as `lock`. A vm timeout (`vm.runInContext` with `timeout`) that ends the section leaves the lock
   * held, since V8 skips the `finally` block: call unlock() afterwards, or do not run such code inside.
   */
  readonly withLock: <T>(section: ((ownerDied: boolean) => T) & Synchronous<T>) => T;

  readonly #ownerDied: () => boolean;

  /**
   * The lock in `view[index]` and the three words after it, for this thread. Each thread makes its own object over the
   * same words. Two locks in one cache line disturb each other: give each 128 bytes if they are taken often.
   *
   * Throws TypeError or RangeError where there are no such words in shared memory; FenceError (ERR_FENCE_COPY) where
   * another copy of the package uses the lock, which would not notice the end of this copy's threads.
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
   * Whether this thread holds the lock, by this object, and has inherited it: the thread that had it before ended, in
   * whatever way, while it was in its section or on its way there, and what the lock protects may be half done. Told to
   * the next holder only, until it unlocks. On another platform than Linux the end of a thread is not noticed, and its
   * lock stays taken.
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
