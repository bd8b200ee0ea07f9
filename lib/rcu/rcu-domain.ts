/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Userspace RCU for worker threads: many read shared data without waiting, and hardly pay; whoever replaces a part of
 * it waits for a grace period before the old part is used again. When a grace period that began after the replacement
 * is over, every section that may have seen the old part has ended.
 *
 * Names are liburcu's, in camelCase. docs/guide/rcu.md says how to use it, what it costs, and where its limits are;
 * docs/internals/rcu.md why it is right.
 */

import { checkFunction } from '../base/arguments.js';
import { dispose } from '../base/dispose.js';
import { builtin } from '../base/host.js';
import { requireStack } from '../base/stack.js';
import { AsymmetricFence } from '../fence/asymmetric-fence.js';
import type { Strategy } from '../fence/fence-strategy.js';
import { tokenOfThisThread } from '../fence/token.js';
import { nativeIdentity } from '../threads/threads.js';
import { configOf, nameOf, type RcuOptions, type ReaderOptions, signalOf, type WaitOptions } from './arguments.js';
import { Callbacks } from './callbacks.js';
import { cookieOf, type RcuCookie, sequenceIn } from './cookies.js';
import { createDriver, type Driver } from './driver.js';
import { disposedError, RcuError } from './errors.js';
import { GracePeriodWaiter } from './grace-period-waiter.js';
import {
  createMemory,
  type DomainInstance,
  dataAddress,
  Header,
  handleOf,
  memoryOf,
  openMemory,
  type Participant,
  type RcuHandle,
} from './memory.js';
import { type PendingWait, PendingWaits } from './pending-waits.js';
import { createReader, type RcuReader } from './reader.js';
import { countReaders, takeSlot } from './slots.js';
import { StallWatch } from './stall.js';

/** Of the domain, in all threads, since it was created. */
export interface RcuStats {
  /** That have begun; each ends when a thread waits for it and no reader is in its way. */
  readonly gracePeriods: number;
  /**
   * Heavy fences, each a membarrier(2): two for each grace period, and one for each thread that sleeps for it. More if
   * threads did the same at once.
   */
  readonly barriers: number;
  /** Registered at this moment, by threads that live. */
  readonly readers: number;
  /**
   * Sleeps that hit their time limit: as long as the thread had waited by then, from 1 (not blocking: 20) ms to 1 s.
   */
  readonly timeouts: number;
}

/** What WebAssembly's own type for a memory is, where the compiler knows one. */
type Memory = typeof globalThis extends { WebAssembly: { Memory: new (...args: never[]) => infer M } } ? M : object;

/** What a module of WebAssembly imports to read by itself, as `{ rcu: domain.imports }`. */
export interface RcuImports {
  /** The domain's memory, shared, with `initial` and `maximum` pages as large as maxReaders and bytes need. */
  readonly memory: Memory;
  /** As a reader's, for its slot. They throw RcuError through WebAssembly. */
  readonly readLock: (slot: number) => void;
  readonly readUnlock: (slot: number) => void;
  /** Where the room of `options.bytes` begins: an address, which an immutable global of type i32 imports. */
  readonly data: number;
}

/** Known to this module alone, so that nobody else constructs. */
const constructing = Symbol('constructing');

export class RcuDomain {
  /** What another thread of the process needs to attach: through workerData or postMessage. */
  readonly handle: RcuHandle;
  /** Of the fences on which the domain rests: 'symmetric' where membarrier(2) cannot be used. */
  readonly strategy: Strategy;
  /** For users' own WebAssembly readers. */
  readonly imports: RcuImports;
  readonly #opened: DomainInstance;
  readonly #driver: Driver;
  readonly #waiter: GracePeriodWaiter;
  readonly #waiting: PendingWaits;
  readonly #callbacks: Callbacks;
  readonly #readers = new Map<number, RcuReader>();
  readonly #tag: number;
  #disposed = false;

  private constructor(key: symbol, opened: DomainInstance, fence: AsymmetricFence) {
    if (key !== constructing) throw new TypeError('Illegal constructor: call RcuDomain.create() or RcuDomain.attach()');
    const { memory, steps } = opened;
    this.handle = handleOf(opened);
    this.strategy = fence.strategy;
    this.imports = Object.freeze({
      memory,
      readLock: steps.readLock,
      readUnlock: steps.readUnlock,
      data: dataAddress(steps.load(Header.MAX_READERS)),
    });
    this.#opened = opened;
    this.#driver = createDriver(steps, fence.heavy);
    this.#waiter = new GracePeriodWaiter(opened, this.#driver, new StallWatch(opened, tokenOfThisThread()));
    this.#waiting = new PendingWaits(steps.isOver, this.#driver, this.#waiter);
    this.#callbacks = new Callbacks(steps.cookie, (waiting) => this.#waiting.add(waiting));
    this.#tag = steps.load(Header.TAG);
    Object.freeze(this);
  }

  /**
   * A new domain, with no reader. Registers PRIVATE_EXPEDITED on the thread pool, once per process (5 to 25 ms); where
   * membarrier(2) cannot be used, the domain rests on symmetric fences, and its readers pay a full one.
   *
   * Rejects with RcuError (ERR_RCU_UNAVAILABLE) without WebAssembly or memory (V8 reserves about 10 GB of addresses for
   * each domain); UnavailableError on Linux where this thread cannot load the addon; TypeError or RangeError for bad
   * options.
   */
  static async create(options?: RcuOptions): Promise<RcuDomain> {
    const sizes = configOf(options);
    return RcuDomain.#create(sizes, await AsymmetricFence.create());
  }

  /**
   * As `create`, blocking; once any thread of the process has registered, at the cost of a compilation, 0.1 to 0.3 ms.
   */
  static createSync(options?: RcuOptions): RcuDomain {
    const sizes = configOf(options);
    return RcuDomain.#create(sizes, AsymmetricFence.createSync());
  }

  static #create(sizes: ReturnType<typeof configOf>, fence: AsymmetricFence): RcuDomain {
    return new RcuDomain(constructing, createMemory(sizes, participantWith(fence)), fence);
  }

  /**
   * The domain of a handle, in this thread. Never blocks for long. Throws RcuError: ERR_RCU_FOREIGN_HANDLE,
   * ERR_RCU_VERSION, ERR_RCU_COPY (the domain of another copy of the package), ERR_RCU_STRATEGY, ERR_RCU_UNAVAILABLE;
   * UnavailableError on Linux where this thread cannot load the addon (--no-addons).
   */
  static attach(handle: RcuHandle): RcuDomain {
    const memory = memoryOf(handle);
    const fence = AsymmetricFence.createSync();
    return new RcuDomain(constructing, openMemory(memory, participantWith(fence)), fence);
  }

  /**
   * A reader for this thread. Costs some microseconds, more where thousands of slots are in use, and makes each grace
   * period longer by 1 to 2 ns: register once per thread. The slot is given back by `reader[Symbol.dispose]()`, or when
   * the thread ends, in whatever way.
   *
   * Throws RcuError: ERR_RCU_TOO_MANY_READERS, ERR_RCU_DISPOSED; TypeError for bad options.
   */
  registerReader(options?: ReaderOptions): RcuReader {
    const name = nameOf(options) ?? nameOfThisThread();
    this.#checkNotDisposed();
    const place = takeSlot(this.#opened, name);
    const reader = createReader(this.#opened, place, () => this.#readers.delete(place.slot));
    this.#readers.set(place.slot, reader);
    return reader;
  }

  /**
   * Resolves when a grace period is over that began after this call: what was unpublished before it, no section sees
   * any more. Two membarrier(2) calls, shared by all who wait at once; never blocks the event loop, and keeps it alive.
   * Calls that are made together share a grace period.
   *
   * Rejects with the signal's reason when it is aborted, which ends the waiting and not the grace period; with
   * MembarrierError where a heavy fence fails; RcuError (ERR_RCU_DISPOSED); TypeError for bad options.
   */
  synchronize(options?: WaitOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const signal = signalOf(options);
      this.#checkNotDisposed();
      if (signal?.aborted) throw signal.reason;
      const abort = () => {
        this.#waiting.remove(waiting);
        reject(signal?.reason);
      };
      const waiting: PendingWait = {
        cookie: this.#opened.steps.cookie(),
        complete: (failure) => {
          if (failure === undefined) resolve();
          else reject(failure.error);
          signal?.removeEventListener('abort', abort);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiting);
    });
  }

  /**
   * As `synchronize`, blocking the thread until the readers of that moment have left: 0.5 to 1 microsecond where no
   * other thread of the process is running, two interrupts to each where some are. Throws RcuError (ERR_RCU_INSIDE) in
   * a section of this thread, which would wait for itself; MembarrierError where a heavy fence fails; RcuError
   * (ERR_RCU_DISPOSED).
   */
  synchronizeSync(): void {
    this.#checkNotDisposed();
    this.#waiter.waitSync();
  }

  /**
   * Calls `callback` after a grace period that begins after this call, on this thread's event loop, which it keeps
   * alive; in the order of the calls, each in its caller's async context (AsyncLocalStorage). Costs 0.1 to 0.6
   * microseconds, most of it for that context, and a share of a grace period. What it throws is an uncaught exception.
   * A callback is lost with its thread. Throws TypeError for what is no function; RcuError (ERR_RCU_DISPOSED). A heavy
   * fence that fails is an uncaught exception, too, unless a barrier() of this object rejects with it; the callbacks
   * then wait for the next callRcu() or barrier().
   */
  callRcu(callback: () => void): void {
    checkFunction('callback', callback);
    this.#checkNotDisposed();
    this.#callbacks.push(callback);
  }

  /**
   * Resolves when all callbacks have run that have been queued before by this object, which is this thread's. Rejects
   * with MembarrierError where a heavy fence fails, and the callbacks stay queued; RcuError (ERR_RCU_DISPOSED).
   */
  async barrier(): Promise<void> {
    this.#checkNotDisposed();
    await this.#callbacks.drained();
  }

  /**
   * Names a grace period that begins from now on, for poll(): in this thread or any other. Begins nothing by itself. 20
   * ns, a full fence.
   */
  startPoll(): RcuCookie {
    this.#checkNotDisposed();
    return cookieOf(this.#opened.steps.cookie(), this.#tag);
  }

  /**
   * Whether the grace period is over; never waits. Drives it as far as it goes, so that polling alone brings it about:
   * up to two barriers, 1 to 30 microseconds; 10 ns if it is over. Throws MembarrierError where a heavy fence fails;
   * TypeError or RangeError for what is no cookie of this domain; RcuError (ERR_RCU_DISPOSED).
   */
  poll(cookie: RcuCookie): boolean {
    this.#checkNotDisposed();
    const { sequence, isOver } = this.#opened.steps;
    const named = sequenceIn(cookie, this.#tag, sequence() + 1);
    if (isOver(named) === 1) return true;
    this.#waiter.requireStack();
    return this.#driver.driveOverDead(named) === 0;
  }

  /** At this moment. 50 ns and some more for each slot that is in use. */
  stats(): RcuStats {
    this.#checkNotDisposed();
    const { sequence, count, BARRIERS, TIMEOUTS } = this.#opened.steps;
    return {
      gracePeriods: sequence(),
      barriers: count(BARRIERS.value),
      readers: countReaders(this.#opened),
      timeouts: count(TIMEOUTS.value),
    };
  }

  /**
   * Ends this thread's part in the domain: disposes of its readers, and refuses further calls. Who waits goes on to
   * wait, and callbacks run. Throws RcuError (ERR_RCU_INSIDE) while one of the readers is in a section, and nothing is
   * changed then. Other threads are not concerned. A second time does nothing.
   */
  [dispose](): void {
    if (this.#disposed) return;
    const { isInside } = this.#opened.steps;
    for (const slot of this.#readers.keys()) if (isInside(slot) === 1) throw disposedInside();
    requireStack();
    for (const reader of this.#readers.values()) reader[dispose]();
    this.#disposed = true;
  }

  #checkNotDisposed(): void {
    if (this.#disposed) throw disposedError('domain');
  }
}

function participantWith({ strategy }: AsymmetricFence): Participant {
  return { strategy, identity: nativeIdentity(), self: tokenOfThisThread };
}

/** Node.js tells it from 22.20 and 24.6 on. */
function nameOfThisThread(): string {
  return (builtin('node:worker_threads') as { threadName?: string }).threadName ?? '';
}

function disposedInside(): RcuError {
  return new RcuError(
    'ERR_RCU_INSIDE',
    'Cannot dispose of the domain: one of its readers in this thread is in a read-side critical section. Call ' +
      'readUnlock() first',
  );
}
