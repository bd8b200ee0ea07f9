/**
 * How a biased lock works. It lies in shared memory, and costs its owner two light fences and no atomic operation. The
 * owner is the first thread that takes it. The first other thread that wants it revokes the bias for good, with a heavy
 * fence. From then on it is an ordinary lock.
 *
 * It has four words.
 *
 * - INSIDE holds the owner's token while the owner is in a section by its bias, and 0 otherwise. The owner writes it,
 *   plainly.
 * - BIAS holds 0, the owner's token, -token during the revocation, or REVOKED. Atomics write it.
 * - LOCK is the ordinary lock (robust-lock.ts). The thread that revokes the bias holds it. Atomics write it.
 * - COPY names the native state that knows threads and deaths. It is written once.
 *
 * Every transition is one store or one Atomics call, so a thread may die between any two.
 *
 * Exclusion is Dekker's. The owner stores INSIDE, then loads BIAS. The revoker stores BIAS, then loads INSIDE. If the
 * owner's store comes first, the revoker waits for the owner. If the revoker's heavy fence comes first, the owner sees
 * the revocation and takes the ordinary lock.
 *
 * An operation that throws has changed no word, even at the end of the stack. The hot paths make one call, and undo
 * what came before it. The others ask for room before their first step.
 */

import { checkFunction } from '../base/arguments.js';
import { refuseDeferred, type Synchronous } from '../base/section.js';
import { requireStack } from '../base/stack.js';
import { isThreadDead } from '../threads/threads.js';
import { FenceError } from './errors.js';
import { type Acquisition, CONTENDED, FREE, RobustLock } from './robust-lock.js';

/** An enum, which the bundler inlines: V8 would look a variable of the module up in each operation. */
enum Word {
  INSIDE,
  BIAS,
  LOCK,
  COPY,
}

/** The words that a lock takes. */
export const LOCK_WORDS = 4;

const REVOKED = -(2 ** 31);

/**
 * In milliseconds. The owner's plain store wakes no thread, so the revoker looks again. Once in the life of a lock.
 */
const SLEEP_TIMEOUT = 1;

/** How many times the revoker looks before it waits. */
const SPINS = 100;

/** What a lock is made of besides its words: the fences, and who is asking. */
export interface LockParts {
  readonly light: () => void;
  readonly heavy: () => void;
  readonly self: number;
}

export interface LockOperations {
  readonly lock: () => void;
  readonly tryLock: () => boolean;
  readonly unlock: () => void;
  readonly withLock: <T>(section: ((ownerDied: boolean) => T) & Synchronous<T>) => T;
  /** Whether this thread holds the lock, and inherited it from one that died. */
  readonly ownerDied: () => boolean;
}

/** Writes once which native state the lock depends on, and returns the one that was written first. */
export function settleCopy(words: Int32Array, identity: number): number {
  const found = Atomics.compareExchange(words, Word.COPY, 0, identity);
  return found === 0 ? identity : found;
}

/**
 * The operations of one thread on the lock in `words`: LOCK_WORDS of its own, zero at first. They are closures that
 * write no variable of their own, since either a private member or such a variable costs the owner 1 to 2 ns.
 */
export function createLock(words: Int32Array, { light, heavy, self }: LockParts): LockOperations {
  const ordinary = new RobustLock(words, Word.LOCK, self);
  /** Whether this thread holds the lock, and inherited it from one that died. */
  let inherited = false;

  function lock(): void {
    if (words[Word.BIAS] !== self || words[Word.INSIDE] !== 0) return void lockSlowly(true);
    words[Word.INSIDE] = self;
    try {
      // Orders INSIDE before BIAS; pairs with the first heavy() of expel(), between its store of BIAS and its load of
      // INSIDE. If our store comes first, the revoker sees us and waits. If the heavy fence comes first, we see the
      // revocation below. The same fence keeps the section behind it.
      light();
    } catch (error) {
      words[Word.INSIDE] = 0;
      throw error;
    }
    if (words[Word.BIAS] === self) return;
    words[Word.INSIDE] = 0; // no section has begun, so nothing need be ordered before this store
    lockSlowly(true);
  }

  function tryLock(): boolean {
    if (words[Word.BIAS] !== self || words[Word.INSIDE] !== 0) return lockSlowly(false);
    words[Word.INSIDE] = self;
    try {
      light(); // as in lock()
    } catch (error) {
      words[Word.INSIDE] = 0;
      throw error;
    }
    if (words[Word.BIAS] === self) return true;
    words[Word.INSIDE] = 0;
    return lockSlowly(false);
  }

  function unlock(): void {
    if (words[Word.INSIDE] !== self) {
      unlockSlowly();
      return;
    }
    // Orders the section before INSIDE; pairs with the second heavy() of expel(), between its load of INSIDE and its
    // section. If the revoker sees our 0, all accesses of our section are done when that fence returns.
    light();
    words[Word.INSIDE] = 0;
  }

  function unlockSlowly(): void {
    if (!ordinary.release()) throw notHeld();
    inherited = false;
  }

  function withLock<T>(section: ((ownerDied: boolean) => T) & Synchronous<T>): T {
    checkFunction('section', section);
    lock();
    try {
      return refuseDeferred(section(inherited));
    } finally {
      try {
        unlock();
      } catch (error) {
        // The stack ends in unlock(), which has changed nothing. A store needs no stack, so it releases the lock. There
        // is no fence, but the throw takes long after the section's accesses. Sleeping threads notice at their timeout.
        if (words[Word.INSIDE] === self) words[Word.INSIDE] = 0;
        else if (((words[Word.LOCK] as number) & ~CONTENDED) === self) words[Word.LOCK] = FREE;
        else rethrow(error);
        inherited = false;
      }
    }
  }

  function lockSlowly(wait: boolean): boolean {
    // From now on it is an ordinary lock, whose own word orders everything.
    if (words[Word.BIAS] === REVOKED && ordinary.takeIfFree()) {
      inherited = false;
      return true;
    }
    const isHeld = ordinary.isHeldByThisThread();
    if (words[Word.INSIDE] === self || (isHeld && words[Word.BIAS] === REVOKED)) throw alreadyHeld();
    if (words[Word.BIAS] !== REVOKED) requireStack();
    if (isHeld) return enter(wait); // a vm timeout has ended this thread's revocation halfway
    if (Atomics.compareExchange(words, Word.BIAS, 0, self) === 0) return lockAsOwner(wait);
    const acquisition = wait ? ordinary.acquire() : ordinary.tryAcquire();
    if (acquisition === 'busy') return false;
    inherited = acquisition === 'inherited';
    return words[Word.BIAS] === REVOKED || enter(wait);
  }

  function lockAsOwner(wait: boolean): boolean {
    if (!wait) return tryLock();
    lock();
    return true;
  }

  /** This thread holds LOCK, and keeps it only if the bias is gone. */
  function enter(wait: boolean): boolean {
    const bias = words[Word.BIAS] as number;
    let revocation: Acquisition = 'busy';
    try {
      revocation = revokeBias(wait);
    } catch (error) {
      Atomics.store(words, Word.BIAS, bias); // heavy() failed: as if the revocation had not begun
      throw error;
    } finally {
      if (revocation === 'busy') ordinary.release();
    }
    if (revocation === 'inherited') inherited = true;
    return revocation !== 'busy';
  }

  function revokeBias(wait: boolean): Acquisition {
    const bias = Atomics.load(words, Word.BIAS);
    if (bias === REVOKED) return 'acquired';
    const owner = Math.abs(bias);
    const result = owner === self ? 'acquired' : succeed(owner, wait);
    if (result !== 'busy') Atomics.store(words, Word.BIAS, REVOKED);
    return result;
  }

  /**
   * A dead owner needs no fence: its stores are visible once it is known dead. Nor does this thread itself: its program
   * order suffices.
   */
  function succeed(owner: number, wait: boolean): Acquisition {
    return isThreadDead(owner) ? awaitOwner(owner, wait) : expel(owner, wait);
  }

  function expel(owner: number, wait: boolean): Acquisition {
    Atomics.store(words, Word.BIAS, -owner);
    heavy(); // orders BIAS before INSIDE; pairs with light() in lock()
    const result = awaitOwner(owner, wait);
    if (result !== 'busy') heavy(); // orders INSIDE before our section; pairs with light() in unlock()
    return result;
  }

  function awaitOwner(owner: number, wait: boolean): Acquisition {
    for (let spin = 0; ; spin++) {
      const dead = isThreadDead(owner); // before the load: then all stores of a dead owner are visible
      if (Atomics.load(words, Word.INSIDE) === 0) return 'acquired';
      if (dead) return 'inherited';
      if (!wait) return 'busy';
      if (spin > SPINS) Atomics.wait(words, Word.INSIDE, owner, SLEEP_TIMEOUT);
    }
  }

  return { lock, tryLock, unlock, withLock, ownerDied: () => inherited && ordinary.isHeldByThisThread() };
}

function rethrow(error: unknown): never {
  throw error;
}

function alreadyHeld(): FenceError {
  const message =
    'This thread already holds the lock and would wait for itself: the lock does not nest. Call unlock() first. ' +
    '(After a vm timeout inside withLock() the lock is still held, because V8 skips the finally block.)';
  return new FenceError('ERR_FENCE_LOCK_HELD', message);
}

function notHeld(): FenceError {
  return new FenceError(
    'ERR_FENCE_LOCK_NOT_HELD',
    'Cannot unlock: this thread does not hold the lock. Call lock() in this thread first',
  );
}
