/**
 * The waits of one thread that do not block it. One loop drives the grace period of the first wait, and completes those
 * whose grace period is over. So calls at the same time share grace periods.
 *
 * The loop keeps the event loop alive while it sleeps. It runs in the async context in which the domain's object was
 * made, and not in that of the first call.
 */

import type { Called } from '../base/call-stack.js';
import {
  AsyncResource,
  clearInterval,
  runInMicrotask,
  setImmediate,
  setInterval,
  throwUncaught,
} from '../base/host.js';
import { requireStack } from '../base/stack.js';
import { isBetweenCallbacks } from '../threads/between-callbacks.js';
import type { Driver, Sleep } from './driver.js';
import type { GracePeriodWaiter } from './grace-period-waiter.js';

export interface PendingWait {
  readonly cookie: number;
  /** Called when the grace period is over, or with what a heavy fence threw. */
  readonly complete: (failure?: { readonly error: unknown }) => void;
}

/** The quiescent states of the event-loop flavor: this thread takes a step between two callbacks. */
export interface Idle {
  /** Whether it is between callbacks, with the function of ours that the event loop has called. */
  readonly isIdle: (calledBy: Called) => boolean;
  readonly whileIdle: <T>(step: () => T) => T;
}

const neverIdle: Idle = { isIdle: () => false, whileIdle: (step) => step() };

/** In milliseconds, about 25 days: a timer that only keeps the event loop alive. */
const LONG = 2 ** 31 - 1;

export class PendingWaits {
  readonly #isOver: (cookie: number) => number;
  readonly #driver: Driver;
  readonly #waiter: GracePeriodWaiter;
  readonly #idle: Idle;
  readonly #context = new AsyncResource('RcuDomain');
  /** Cookies do not decrease. */
  #list: PendingWait[] = [];
  #alive: NodeJS.Timeout | undefined;
  #running = false;
  #asleep = false;
  #firstSleep: Sleep | undefined;

  constructor(isOver: (cookie: number) => number, driver: Driver, waiter: GracePeriodWaiter, idle: Idle = neverIdle) {
    this.#idle = idle;
    this.#isOver = isOver;
    this.#driver = driver;
    this.#waiter = waiter;
  }

  /**
   * The caller takes the cookie just before, so it is not less than earlier ones. If this throws at the end of the
   * stack, nothing waits: a loop that finds no wait ends.
   */
  add(waiting: PendingWait): void {
    if (this.#asleep) this.#refEventLoop();
    if (!this.#running) {
      // In a microtask, so that calls of the same turn wait together.
      runInMicrotask(this.#begin);
      this.#running = true;
    }
    this.#list[this.#list.length] = waiting;
  }

  remove(waiting: PendingWait): void {
    const index = this.#list.indexOf(waiting);
    if (index >= 0) this.#list.splice(index, 1);
    this.#unrefEventLoop();
  }

  /** Most grace periods are over at once, and need no more than this. */
  readonly #begin = (): void => {
    const isIdle = this.#idle.isIdle(this.#begin); // before this scope, which has an async id of its own
    this.#context.runInAsyncScope(() => {
      this.#firstSleep = this.#drive(isIdle);
      runInMicrotask(this.#run); // after the promises that were settled
    });
  };

  /** Until nothing waits. */
  readonly #run = async (): Promise<void> => {
    let sleep = this.#firstSleep;
    do {
      if (sleep !== undefined) await this.#sleep(sleep);
      // Otherwise a caller that waits again and again would block the event loop.
      else await new Promise(setImmediate);
      sleep = this.#drive(this.#idle.isIdle(this.#run));
    } while (sleep !== undefined || this.#list.length > 0);
    this.#running = false;
  };

  /** For the first of them, and settles those that are over. Answers what to sleep for, if it is not. */
  #drive(isIdle: boolean): Sleep | undefined {
    const first = this.#list[0];
    if (first === undefined) return undefined;
    try {
      const step = () => this.#driver.driveOrAnnounceSleep(first.cookie);
      const sleep = isIdle ? this.#idle.whileIdle(step) : step();
      if (sleep === undefined) this.#completeThoseThatAreOver();
      return sleep;
    } catch (error) {
      this.#failAll(error);
      return undefined;
    }
  }

  async #sleep(sleep: Sleep): Promise<void> {
    this.#asleep = true;
    try {
      if (this.#list.length > 0) this.#refEventLoop(this.#run); // all may have given up meanwhile
      await this.#waiter.sleep(sleep);
    } catch (error) {
      this.#failAll(error);
    }
    this.#asleep = false;
  }

  /**
   * A timer that is made at the end of the stack may throw when Node.js counts it already, and nobody could clear it
   * then. Where the event loop itself has called `calledBy`, the stack is short.
   */
  #refEventLoop(calledBy?: Called): void {
    if (this.#alive !== undefined) return;
    if (calledBy === undefined || !isBetweenCallbacks(calledBy)) requireStack();
    this.#alive = setInterval(() => {}, LONG);
  }

  #completeThoseThatAreOver(): void {
    const still = this.#list.findIndex(({ cookie }) => this.#isOver(cookie) === 0);
    completeAll(this.#list.splice(0, still < 0 ? this.#list.length : still));
    this.#unrefEventLoop();
  }

  #failAll(error: unknown): void {
    const failed = this.#list;
    this.#list = [];
    completeAll(failed, { error });
    this.#unrefEventLoop();
  }

  #unrefEventLoop(): void {
    if (this.#alive === undefined || this.#list.length > 0) return;
    clearInterval(this.#alive);
    this.#alive = undefined;
  }
}

/** One that throws (a signal of the user's that does not let go) does not keep the others waiting. */
function completeAll(list: readonly PendingWait[], failure?: { readonly error: unknown }): void {
  for (const waiting of list) {
    try {
      waiting.complete(failure);
    } catch (error) {
      throwUncaught(error);
    }
  }
}
