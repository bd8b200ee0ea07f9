/**
 * Callbacks that run after a grace period, on the event loop of the thread that queued them, in the order of queueing.
 * Each runs in the async context of its callRcu(), as a callback of setImmediate() would.
 */
import { AsyncResource, setImmediate, throwUncaught } from '../base/host.js';
import type { PendingWait } from './pending-waits.js';

interface Callback {
  readonly cookie: number;
  /** Whether it ended without an error. */
  readonly run: () => boolean;
  /** Takes an error of a heavy fence; the callback then leaves the queue. Others wait for the next grace period. */
  readonly fail?: (error: unknown) => void;
}

/** How many callbacks of one grace period run in one turn of the event loop. */
const BATCH = 1000;

export class Callbacks {
  readonly #takeCookie: () => number;
  readonly #wait: (waiting: PendingWait) => void;
  #queue: Callback[] = [];
  /** Those at the beginning of the queue that have run. */
  #done = 0;
  /** The last grace period that is being waited for. */
  #awaited = 0;

  constructor(takeCookie: () => number, wait: (waiting: PendingWait) => void) {
    this.#takeCookie = takeCookie;
    this.#wait = wait;
  }

  /** If this throws at the end of the stack, the callback is not queued. */
  push(callback: () => void): void {
    const context = new AsyncResource('RcuCallback');
    this.#push({ cookie: this.#takeCookie(), run: () => context.runInAsyncScope(runAsOnesOwn, undefined, callback) });
  }

  /** Resolves when all that are in the queue have run. */
  drained(): Promise<void> {
    return new Promise((resolve, fail) => {
      const run = () => {
        resolve();
        return true;
      };
      this.#push({ cookie: this.#takeCookie(), run, fail });
    });
  }

  /** What can throw comes first. An unneeded wait for a grace period does no harm. */
  #push(callback: Callback): void {
    const { cookie } = callback;
    if (cookie > this.#awaited) {
      this.#wait({
        cookie,
        complete: (failure) => (failure === undefined ? this.#runUpTo(cookie) : this.#fail(failure.error)),
      });
    }
    this.#queue[this.#queue.length] = callback;
    this.#awaited = cookie;
  }

  #runUpTo(cookie: number): void {
    for (let i = 0; i < BATCH; i++) {
      const next = this.#queue[this.#done];
      if (next === undefined || next.cookie > cookie) break;
      this.#done++;
      if (!next.run()) break; // its error comes in the next turn, and before the others
    }
    // Half of them at least, so that this costs no more than the callbacks.
    if (this.#done * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#done);
      this.#done = 0;
    }
    const next = this.#queue[this.#done];
    if (next !== undefined && next.cookie <= cookie) setImmediate(() => this.#runUpTo(cookie));
  }

  /** Nothing is lost: the others run when a later grace period is over, that of the next callRcu() or barrier(). */
  #fail(error: unknown): void {
    if (this.#awaited === 0) return; // told with another grace period that was awaited
    this.#awaited = 0;
    const queued = this.#queue.slice(this.#done);
    const failing = queued.filter(({ fail }) => fail !== undefined);
    this.#queue = queued.filter(({ fail }) => fail === undefined);
    this.#done = 0;
    for (const { fail } of failing) fail?.(error);
    if (failing.length === 0) throwUncaught(error);
  }
}

/** What it throws goes where an error in a timer's callback would go, and the others run. */
function runAsOnesOwn(run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    throwUncaught(error);
    return false;
  }
}
