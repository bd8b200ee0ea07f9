/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The public face of userspace RCU. It keeps this thread's readers, waits and callbacks of one domain; the words that
 * threads share are domain.wat's.
 *
 * docs/guide/rcu.md says how to use it, what it costs, and what its limits are. docs/internals/rcu.md says why it is
 * right.
 */

import { checkFunction } from '../base/arguments.js';
import { dispose } from '../base/dispose.js';
import { builtin } from '../base/host.js';
import { waitSync } from '../base/internal.js';
import type { SharedMemory } from '../base/shared-memory.js';
import { requireStack } from '../base/stack.js';
import { AsymmetricFence } from '../fence/asymmetric-fence.js';
import { type Strategy, symmetricPair } from '../fence/fence-strategy.js';
import { tokenOfThisThread } from '../fence/token.js';
import { nativeIdentity } from '../threads/threads.js';
import { configOf, nameOf, type RcuOptions, type ReaderOptions, signalOf, type WaitOptions } from './arguments.js';
import { Callbacks } from './callbacks.js';
import { cookieOf, type RcuCookie, sequenceIn } from './cookies.js';
import { createDriver, type Driver, type Loops } from './driver.js';
import { disposedError, RcuError, refusalError } from './errors.js';
import type { Flavor } from './flavor.js';
import { GracePeriodWaiter } from './grace-period-waiter.js';
import {
  createMemory,
  type DomainInstance,
  dataAddress,
  flavorOf,
  Header,
  handleOf,
  memoryOf,
  openMemory,
  type Participant,
  type RcuHandle,
} from './memory.js';
import { createOnlineReader } from './online-reader.js';
import { type PendingWait, PendingWaits } from './pending-waits.js';
import { Quiescence, whileOffline } from './quiescence.js';
import { createReader, type RcuReader } from './reader.js';
import { countReaders, takeSlot } from './slots.js';
import { StallWatch } from './stall.js';

/** Figures of a domain, of all threads, since it was created. */
export interface RcuStats {
  /** Grace periods that have begun. A grace period ends when a thread waits for it and no reader holds it up. */
  readonly gracePeriods: number;
  /**
   * Heavy fences, each a membarrier(2) call: two for each grace period, and one for each thread that sleeps. More if
   * threads did the same at once.
   */
  readonly barriers: number;
  /** Registered readers of living threads. */
  readonly readers: number;
  /**
   * Waits that hit their timeout. A wait times out after as long as the thread had waited before: from 1 ms (20 ms if
   * not blocking) to 1 s.
   */
  readonly timeouts: number;
}

/** What WebAssembly's own type for a memory is, where the compiler knows one. */
type Memory = typeof globalThis extends { WebAssembly: { Memory: new (...args: never[]) => infer M } }
  ? M
  : SharedMemory;

/** What a WebAssembly module imports to read by itself, as `{ rcu: domain.imports }`. */
export interface RcuImports {
  /** The domain's memory, shared, with `initial` and `maximum` pages as large as maxReaders and bytes need. */
  readonly memory: Memory;
  /** As a reader's readLock, for the reader with this slot. Throws RcuError through WebAssembly. */
  readonly readLock: (slot: number) => void;
  /** As a reader's readUnlock, for the reader with this slot. Throws RcuError through WebAssembly. */
  readonly readUnlock: (slot: number) => void;
  /** The address at which the room of `options.bytes` begins, for an immutable global of type i32. */
  readonly data: number;
}

/** Known to this module alone, so that nobody else constructs. */
const constructing = Symbol('constructing');

/**
 * Userspace RCU for worker threads: readers never wait, and updaters wait until no reader can still hold what they
 * replaced.
 *
 * Create the domain in one thread, pass `handle` to the others, and attach there. Each thread registers a reader once.
 * Names are liburcu's, in camelCase.
 */
export class RcuDomain {
  /** What another thread of this process needs to attach. Pass it through workerData or postMessage. */
  readonly handle: RcuHandle;
  /** How readers say that they hold no reference, as create() was told. */
  readonly flavor: Flavor;
  /**
   * The strategy of the fences that the domain uses. 'symmetric' if membarrier(2) cannot be used: then readers of the
   * memb flavor pay full fences. Always 'symmetric' in the qsbr flavor, which does without membarrier(2).
   */
  readonly strategy: Strategy;
  /** For your own WebAssembly readers. */
  readonly imports: RcuImports;
  readonly #opened: DomainInstance;
  readonly #driver: Driver;
  readonly #quiescence: Quiescence | undefined;
  readonly #waiter: GracePeriodWaiter;
  readonly #waiting: PendingWaits;
  readonly #callbacks: Callbacks;
  readonly #readers = new Map<number, RcuReader>();
  readonly #tag: number;
  #disposed = false;

  private constructor(key: symbol, opened: DomainInstance, fence: Fence) {
    if (key !== constructing) throw new TypeError('Illegal constructor: call RcuDomain.create() or RcuDomain.attach()');
    const { memory, steps } = opened;
    this.handle = handleOf(opened);
    this.flavor = flavorOf(memory);
    this.strategy = fence.strategy;
    const { readLock, readUnlock } = this.flavor === 'qsbr' ? this.#onlineSections() : steps;
    this.imports = Object.freeze({
      memory,
      readLock,
      readUnlock,
      data: dataAddress(steps.load(Header.MAX_READERS)),
    });
    this.#opened = opened;
    const quiescence = this.flavor === 'qsbr' ? new Quiescence(opened) : undefined;
    this.#quiescence = quiescence;
    this.#driver = createDriver(steps, fence.heavy, quiescence && loopsOf(quiescence));
    this.#waiter = new GracePeriodWaiter(opened, this.#driver, new StallWatch(opened, tokenOfThisThread()));
    this.#waiting = new PendingWaits(steps.isOver, this.#driver, this.#waiter, quiescence);
    this.#callbacks = new Callbacks(steps.cookie, (waiting) => this.#waiting.add(waiting));
    this.#tag = steps.load(Header.TAG);
    Object.freeze(this);
  }

  /**
   * Creates a domain with no reader. Registers PRIVATE_EXPEDITED on the thread pool, once per process (5 to 25 ms).
   * Reserves about 10 GB of addresses, as V8 does for each shared memory, and uses little of it.
   *
   * Rejects with RcuError (ERR_RCU_UNAVAILABLE) without WebAssembly or memory; with UnavailableError on Linux if this
   * thread cannot load the addon; with TypeError or RangeError for bad options.
   */
  static async create(options?: RcuOptions): Promise<RcuDomain> {
    const config = configOf(options);
    return RcuDomain.#create(config, config.flavor === 'qsbr' ? fencesOf('qsbr') : await AsymmetricFence.create());
  }

  /** As `create`, blocking. Once any thread of the process has registered, it costs 0.1 to 0.3 ms. */
  static createSync(options?: RcuOptions): RcuDomain {
    const config = configOf(options);
    return RcuDomain.#create(config, fencesOf(config.flavor));
  }

  static #create(config: ReturnType<typeof configOf>, fence: Fence): RcuDomain {
    return new RcuDomain(constructing, createMemory(config, participantWith(fence)), fence);
  }

  /**
   * The domain of a handle, in this thread. Blocks for less than a millisecond. Throws RcuError:
   * ERR_RCU_FOREIGN_HANDLE, ERR_RCU_VERSION, ERR_RCU_COPY (a domain of another copy of the package), ERR_RCU_STRATEGY,
   * ERR_RCU_UNAVAILABLE; UnavailableError on Linux if this thread cannot load the addon (--no-addons).
   */
  static attach(handle: RcuHandle): RcuDomain {
    const memory = memoryOf(handle);
    const fence = fencesOf(flavorOf(memory));
    return new RcuDomain(constructing, openMemory(memory, participantWith(fence)), fence);
  }

  /**
   * Registers a reader of this thread. Call it once per thread, not once per request: it takes a slot, some
   * microseconds, and 1 to 2 ns of each grace period. The slot is free again after `reader[Symbol.dispose]()`, or when
   * the thread ends in any way.
   *
   * Throws RcuError: ERR_RCU_TOO_MANY_READERS, ERR_RCU_DISPOSED; TypeError for bad options.
   */
  registerReader(options?: ReaderOptions): RcuReader {
    const name = nameOf(options) ?? nameOfThisThread();
    this.#checkNotDisposed();
    const place = takeSlot(this.#opened, name);
    const disposed = () => this.#readers.delete(place.slot);
    const reader =
      this.#quiescence === undefined
        ? createReader(this.#opened, place, disposed)
        : createOnlineReader(this.#opened, place, this.#quiescence, disposed);
    this.#readers.set(place.slot, reader);
    return reader;
  }

  /**
   * Resolves after a grace period: no section that was open at this call is still open. What you unpublished before the
   * call may then be reclaimed. Never blocks the event loop, and keeps it alive. Costs two membarrier(2) calls, shared
   * by all that wait at the same time.
   *
   * Rejects with the signal's reason when the signal is aborted: the wait ends, the grace period goes on. Rejects with
   * MembarrierError if a heavy fence fails; with RcuError (ERR_RCU_DISPOSED); with TypeError for bad options. If this
   * thread waits inside a section of its own, a warning says so after 0.1 seconds.
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
   * As `synchronize`, blocking the thread until the sections that are open have ended. Costs 0.5 to 1 microsecond if no
   * other thread of the process is running, two interrupts for each one that is. Throws RcuError (ERR_RCU_INSIDE)
   * inside a section of this thread; MembarrierError if a heavy fence fails; RcuError (ERR_RCU_DISPOSED).
   */
  synchronizeSync(): void {
    this.#checkNotDisposed();
    if (this.#quiescence === undefined) {
      this.#waiter.waitSync();
      return;
    }
    this.#quiescence.checkOutside('synchronizeSync');
    whileOffline(() => this.#waiter.waitSync());
  }

  /** @internal For collections, whose threads are offline. */
  [waitSync](): void {
    this.#waiter.waitSync();
  }

  /**
   * Calls `callback` after a grace period that begins after this call. It runs on this thread's event loop, which it
   * keeps alive, in the order of the calls, and in its caller's async context (AsyncLocalStorage). Costs 0.1 to 0.6
   * microseconds, most of it for that context, and a share of a grace period. Never blocks.
   *
   * What the callback throws is an uncaught exception. A callback is lost if its thread ends. Throws TypeError for what
   * is no function; RcuError (ERR_RCU_DISPOSED). If a heavy fence fails, that is an uncaught exception, unless a
   * barrier() of this object rejects with it. The callbacks then wait for the next callRcu() or barrier().
   */
  callRcu(callback: () => void): void {
    checkFunction('callback', callback);
    this.#checkNotDisposed();
    this.#callbacks.push(callback);
  }

  /**
   * Resolves when all callbacks that this thread queued before the call have run. Rejects with MembarrierError if a
   * heavy fence fails, and the callbacks stay queued; with RcuError (ERR_RCU_DISPOSED).
   */
  async barrier(): Promise<void> {
    this.#checkNotDisposed();
    await this.#callbacks.drained();
  }

  /**
   * Names a grace period that begins after this call, for poll() in any thread. Starts nothing. Costs a full fence, 20
   * ns. Throws RcuError (ERR_RCU_DISPOSED).
   */
  startPoll(): RcuCookie {
    this.#checkNotDisposed();
    return cookieOf(this.#opened.steps.cookie(), this.#tag);
  }

  /**
   * Returns whether the grace period is over. Never waits. Drives the grace period as far as possible, so polling alone
   * completes it. Costs 10 ns if it is over, otherwise up to two barriers, 1 to 30 microseconds.
   *
   * Throws MembarrierError if a heavy fence fails; TypeError or RangeError for what is no cookie of this domain;
   * RcuError (ERR_RCU_DISPOSED).
   */
  poll(cookie: RcuCookie): boolean {
    this.#checkNotDisposed();
    const { sequence, isOver } = this.#opened.steps;
    const named = sequenceIn(cookie, this.#tag, sequence() + 1);
    if (isOver(named) === 1) return true;
    this.#waiter.requireStack();
    return this.#driver.driveOverDead(named) === 0;
  }

  /** Figures of this moment. Costs 50 ns, and some more for each slot in use. Throws RcuError (ERR_RCU_DISPOSED). */
  stats(): RcuStats {
    this.#checkNotDisposed();
    const { sequence, count, BARRIERS, TIMEOUTS } = this.#opened.steps;
    return {
      gracePeriods: sequence(),
      barriers: this.flavor === 'qsbr' ? 0 : count(BARRIERS.value),
      readers: countReaders(this.#opened),
      timeouts: count(TIMEOUTS.value),
    };
  }

  /**
   * Ends this thread's part in the domain: disposes of its readers, and refuses further calls. Pending waits continue,
   * and callbacks still run. Other threads are not affected. A second call does nothing. Throws RcuError
   * (ERR_RCU_INSIDE) while one of the readers is in a section, and changes nothing then.
   */
  [dispose](): void {
    if (this.#disposed) return;
    for (const slot of this.#readers.keys()) if (this.#isInside(slot)) throw disposedInside();
    requireStack();
    for (const reader of this.#readers.values()) reader[dispose]();
    this.#disposed = true;
  }

  /** In the event-loop flavor there is nothing to enter, and so nothing to leave. */
  #onlineSections(): Pick<RcuImports, 'readLock' | 'readUnlock'> {
    const check = (slot: number) => {
      if (!this.#readers.has(slot)) throw refusalError(1);
    };
    return { readLock: check, readUnlock: check };
  }

  #isInside(slot: number): boolean {
    if (this.#quiescence !== undefined) return this.#quiescence.sectionsOf(slot) > 0;
    return this.#opened.steps.isInside(slot) === 1;
  }

  #checkNotDisposed(): void {
    if (this.#disposed) throw disposedError('domain');
  }
}

/** What a domain needs of its fences. */
type Fence = Pick<AsymmetricFence, 'heavy' | 'strategy'>;

function fencesOf(flavor: Flavor): Fence {
  return flavor === 'qsbr' ? symmetricPair() : AsymmetricFence.createSync();
}

function loopsOf(quiescence: Quiescence): Loops {
  return { acknowledge: () => quiescence.acknowledgeIfIdle(), announce: () => quiescence.announce() };
}

function participantWith({ strategy }: Fence): Participant {
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
