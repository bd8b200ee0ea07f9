/**
 * All that waits in one thread for grace periods without blocking it: one loop drives for the first of them, and settles
 * those that are over. So calls that are made together share their grace periods. Keeps the event loop alive meanwhile.
 *
 * The loop runs in the async context in which the domain's object was made, and not in that of the first who waits.
 */
import { AsyncResource, clearInterval, queueMicrotask, setImmediate, setInterval, throwUncaught } from '../host.js';
import { requireStack } from '../stack.js';
import type { Waiter } from './waiter.js';

export interface Waiting {
  readonly cookie: number;
  /** When the grace period is over; or with what a heavy fence has thrown. */
  readonly settle: (failure?: { readonly error: unknown }) => void;
}

/** In milliseconds, about 25 days: a timer that only keeps the event loop alive. */
const LONG = 2 ** 31 - 1;

export class WaitingList {
  readonly #isOver: (cookie: number) => number;
  readonly #waiter: Waiter;
  readonly #context = new AsyncResource('RcuDomain');
  /** Cookies do not decrease. */
  #list: Waiting[] = [];
  #alive: NodeJS.Timeout | undefined;
  #running = false;

  constructor(isOver: (cookie: number) => number, waiter: Waiter) {
    this.#isOver = isOver;
    this.#waiter = waiter;
  }

  /**
   * The cookie has been taken just before, so that it is no less than those before it. Where this throws, at the end of the
   * stack, nothing waits: a loop that finds nobody ends.
   */
  add(waiting: Waiting): void {
    // A timer that is made at the end of the stack may throw when Node.js counts it already, and nobody could clear it then.
    if (this.#alive === undefined) requireStack();
    if (!this.#running) {
      // Not at once, so that what is called together waits together.
      queueMicrotask(() => this.#context.runInAsyncScope(() => void this.#run()));
      this.#running = true;
    }
    this.#alive ??= setInterval(() => {}, LONG);
    this.#list[this.#list.length] = waiting;
  }

  remove(waiting: Waiting): void {
    const index = this.#list.indexOf(waiting);
    if (index >= 0) this.#list.splice(index, 1);
    this.#letDie();
  }

  async #run(): Promise<void> {
    for (let first = this.#list[0]; first !== undefined; first = this.#list[0]) {
      try {
        if (!(await this.#waiter.wait(first.cookie))) continue;
        this.#settleThoseThatAreOver();
      } catch (error) {
        this.#failAll(error);
      }
      // Who waits again at once, and again, would keep the event loop from turning.
      await new Promise(setImmediate);
    }
    this.#running = false;
    this.#letDie();
  }

  #settleThoseThatAreOver(): void {
    const still = this.#list.findIndex(({ cookie }) => this.#isOver(cookie) === 0);
    settle(this.#list.splice(0, still < 0 ? this.#list.length : still));
    this.#letDie();
  }

  #failAll(error: unknown): void {
    const failed = this.#list;
    this.#list = [];
    settle(failed, { error });
    this.#letDie();
  }

  #letDie(): void {
    if (this.#list.length > 0) return;
    clearInterval(this.#alive);
    this.#alive = undefined;
  }
}

/** One that throws (a signal of the user's that does not let go) does not keep the others waiting. */
function settle(list: readonly Waiting[], failure?: { readonly error: unknown }): void {
  for (const waiting of list) {
    try {
      waiting.settle(failure);
    } catch (error) {
      throwUncaught(error);
    }
  }
}
