/**
 * The asymmetric fence: near-free for the side that runs often, a system call for the side that runs rarely.
 *
 * A light fence in one thread and a heavy fence in another order what two sequentially consistent fences would (C++
 * P1202). Let each side store, then fence, then load what the other stores. If the reader's fence comes first, the
 * updater's heavy fence finds the reader's store done, and the updater sees it. If the heavy fence comes first, the
 * reader's load comes after it, and the reader sees the updater's store. Two light fences order nothing.
 * docs/internals/semantics.md has the table, what the standards license of it, and the tests.
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

/** This thread's fence. It never changes. */
let ofThisThread: AsymmetricFence | undefined;

/** Known to this module alone, so that nobody else constructs. */
const constructing = Symbol('constructing');

/**
 * Under it a fence has the identity of its native state: so another realm's is recognized, and another copy's is
 * refused.
 */
const brand = Symbol.for('node-membarrier.AsymmetricFence');

declare const proof: unique symbol;

/**
 * A pair of fences, cheap for the side that runs often, a system call for the side that runs rarely.
 *
 * If A does `X = 1; light(); read Y` and B does `Y = 1; heavy(); read X`, at least one of them reads 1. Two light
 * fences order nothing. Each thread has one object, from `create()`.
 */
export class AsymmetricFence implements FencePair {
  /** @internal Not there at run time: it keeps other pairs of functions from passing for a fence. */
  declare readonly [proof]: true;

  /**
   * The fence for the hot side. Costs a call into WebAssembly, 2 to 5 ns; with the symmetric strategy a full fence, 18
   * to 25 ns. Never blocks. Throws only at the end of the stack. May be destructured.
   */
  readonly light: () => void;

  /**
   * The fence for the rare side: `membarrier(PRIVATE_EXPEDITED)`. Blocks for 0.2 to 0.6 microseconds if no other thread
   * of the process is running, for 1 to 15 if one is. With the symmetric strategy a full fence. Throws MembarrierError
   * if the system call fails although it was registered (BlockedError, ENOMEM). May be destructured.
   */
  readonly heavy: () => void;

  /**
   * 'membarrier', or 'symmetric': then light and heavy are both full fences. The first thread of the process that
   * creates a fence decides, for all threads.
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
   * Resolves to this thread's fence. Registers PRIVATE_EXPEDITED on the thread pool: 5 to 25 ms the first time in the
   * process, nothing afterwards. Each thread calls it for itself; nothing has to be passed between them.
   *
   * With `fallback: 'error'` it rejects if membarrier(2) cannot be used (UnavailableError, BlockedError,
   * UnsupportedCommandError, MembarrierError), or if an earlier create() of the process chose symmetric fences
   * (FenceError: ERR_FENCE_SYMMETRIC).
   *
   * In any case it rejects with UnavailableError on Linux if this thread cannot load the addon, since other threads
   * may. It rejects with FenceError (ERR_FENCE_UNAVAILABLE) if there is no full fence to fall back to, and with
   * TypeError or RangeError for bad options.
   */
  static async create(options?: FenceOptions): Promise<AsymmetricFence> {
    const fallback = fallbackOf(options);
    if (ofThisThread !== undefined && fallback === 'symmetric') return ofThisThread;
    return AsymmetricFence.#chooseFence(await register('PRIVATE_EXPEDITED').catch(membarrierErrorOf), fallback);
  }

  /** As `create`, blocking. Free once any thread of the process has registered. */
  static createSync(options?: FenceOptions): AsymmetricFence {
    const fallback = fallbackOf(options);
    if (ofThisThread !== undefined && fallback === 'symmetric') return ofThisThread;
    return AsymmetricFence.#chooseFence(registrationOrError(), fallback);
  }

  static #chooseFence(registered: Registration, fallback: 'symmetric' | 'error'): AsymmetricFence {
    const registration = tryBarrier(registered);
    // A refusal leaves the process undecided, since no thread has a fence yet.
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
