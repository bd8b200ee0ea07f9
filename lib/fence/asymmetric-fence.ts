/**
 * The asymmetric fence: the side that runs often pays next to nothing, the side that runs rarely pays a system call.
 *
 * A light fence in one thread and a heavy fence in another order what a pair of sequentially consistent fences would
 * (C++ P1202): if either side's store comes before its own fence and its load after, at least one side sees the other's
 * store. Two light fences order nothing. docs/internals/semantics.md has the table, what standards license of it, and
 * the tests.
 */
import { MembarrierError } from '../core/errors.js';
import { register, registerSync } from '../core/registration.js';
import { nativeIdentity } from '../threads/threads.js';
import { type FenceOptions, fallbackOf } from './arguments.js';
import { FenceError } from './errors.js';
import {
  decidePair,
  type FencePair,
  membarrierErrorOf,
  type Registration,
  type Strategy,
  tryBarrier,
} from './fence-strategy.js';

/** This thread's, since what it is made of does not change. */
let ofThisThread: AsymmetricFence | undefined;

/** Known to this module alone, so that nobody else constructs. */
const constructing = Symbol('constructing');

/**
 * Under it a fence has the identity of its native state: so another realm's is recognized, and another copy's is
 * refused.
 */
const brand = Symbol.for('node-membarrier.AsymmetricFence');

declare const proof: unique symbol;

export class AsymmetricFence implements FencePair {
  /** Not there at run time: it keeps other pairs of functions from passing for a fence. */
  declare readonly [proof]: true;

  /**
   * The fence of the side that runs often. Costs a call into WebAssembly, 2 to 5 ns; in the symmetric strategy a full
   * fence, 18 to 25 ns. Never blocks, and throws only at the end of the stack. May be destructured.
   */
  readonly light: () => void;

  /**
   * The fence of the side that runs rarely: `membarrier(PRIVATE_EXPEDITED)`, 0.2 to 0.4 microseconds where no other
   * thread of the process is running, 1 to 15 where one is; it blocks for as long as that takes. In the symmetric
   * strategy a full fence. Throws MembarrierError where the system call fails although it was registered (BlockedError,
   * ENOMEM); it never makes do with less. May be destructured.
   */
  readonly heavy: () => void;

  /**
   * 'membarrier', or 'symmetric': then light and heavy are both full fences. Decided once, by the first thread of the
   * process that creates a fence, and the same for all.
   */
  readonly strategy: Strategy;

  private constructor(key: symbol, pair: FencePair) {
    if (key !== constructing) throw new TypeError('Illegal constructor: call AsymmetricFence.create()');
    this.light = pair.light;
    this.heavy = pair.heavy;
    this.strategy = pair.strategy;
    Object.defineProperty(this, brand, { value: nativeIdentity() });
    Object.freeze(this);
  }

  /**
   * Registers PRIVATE_EXPEDITED on the thread pool (5 to 25 ms the first time in the process, nothing afterwards) and
   * resolves to this thread's fence. Each thread calls it for itself; nothing has to be passed between them.
   *
   * Rejects with `fallback: 'error'`: UnavailableError, BlockedError, UnsupportedCommandError or MembarrierError,
   * whatever the registration or the first barrier says; FenceError (ERR_FENCE_SYMMETRIC) where both succeed, but the
   * process had decided before. In either case UnavailableError on Linux where this thread cannot load the addon, since
   * other threads may; FenceError (ERR_FENCE_UNAVAILABLE) where there is no full fence to fall back to; TypeError or
   * RangeError for bad options.
   */
  static async create(options?: FenceOptions): Promise<AsymmetricFence> {
    const fallback = fallbackOf(options);
    if (ofThisThread !== undefined && fallback === 'symmetric') return ofThisThread;
    return AsymmetricFence.#chooseFence(await register('PRIVATE_EXPEDITED').catch(membarrierErrorOf), fallback);
  }

  /** As `create`, blocking; once any thread of the process has registered, at no cost. */
  static createSync(options?: FenceOptions): AsymmetricFence {
    const fallback = fallbackOf(options);
    if (ofThisThread !== undefined && fallback === 'symmetric') return ofThisThread;
    return AsymmetricFence.#chooseFence(registrationOrError(), fallback);
  }

  static #chooseFence(registered: Registration, fallback: 'symmetric' | 'error'): AsymmetricFence {
    const registration = tryBarrier(registered);
    // A refusal leaves the process undecided: nobody has got a fence.
    if (fallback === 'error' && registration instanceof MembarrierError) throw registration;
    ofThisThread ??= new AsymmetricFence(constructing, decidePair(registration));
    if (fallback === 'error' && ofThisThread.strategy === 'symmetric') throw symmetric();
    return ofThisThread;
  }
}

function registrationOrError(): Registration {
  try {
    return registerSync('PRIVATE_EXPEDITED');
  } catch (error) {
    return membarrierErrorOf(error);
  }
}

/** A fence of this thread: of this copy of the package, or of one that shares its native state. */
export function isFence(value: unknown): value is AsymmetricFence {
  if (typeof value !== 'object' || value === null) return false;
  return (value as { readonly [brand]?: unknown })[brand] === nativeIdentity();
}

function symmetric(): FenceError {
  const message =
    'The fences of this process are symmetric already, and all fences of a process have the same strategy. A thread ' +
    "created one with the fallback when membarrier(2) failed. Pass fallback: 'error' in the first create() of the " +
    'process';
  return new FenceError('ERR_FENCE_SYMMETRIC', message);
}
