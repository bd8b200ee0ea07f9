/**
 * How a thread waits for the end of a grace period: it drives for a while, then sleeps until a reader leaves. There are
 * two forms: one blocks the thread, the other returns to its event loop.
 *
 * Before a thread sleeps, it marks the readers that block the grace period, issues a heavy fence, and drives once more.
 * So no reader leaves unnoticed. A reader that dies in its section wakes no thread, so each wait has a timeout.
 */
import { asViewed } from '../base/byte-order.js';
import { setImmediate } from '../base/host.js';
import { requireStack } from '../base/stack.js';
import type { Driver, Sleep } from './driver.js';
import { RcuError } from './errors.js';
import type { Flavor } from './flavor.js';
import { type DomainInstance, flavorOf, Header } from './memory.js';
import type { StallWatch } from './stall.js';

/**
 * In milliseconds. A timeout is as long as the thread has waited already, up to this. The first ones are short, because
 * a preempted reader gets its CPU back sooner if another thread wakes now and then. Later ones are long, because the
 * thread may wait in many domains.
 */
const LONGEST_TIMEOUT = 1000;

/**
 * The shortest without blocking. Each timeout of Atomics.waitAsync is a task of the isolate, and costs a turn of the
 * event loop. Few should be pending when a worker ends: V8 of Node.js 20 crashed there once in some thousand ends.
 */
const SHORTEST_ASYNC_TIMEOUT = 20;

/** The first waits compile functions, which takes more stack than the steps do. */
const COLD_WAITS = 64;

export class GracePeriodWaiter {
  readonly #steps: DomainInstance['steps'];
  readonly #words: Int32Array;
  readonly #driver: Driver;
  readonly #stalls: StallWatch;
  readonly #flavor: Flavor;
  #waits = 0;

  constructor({ memory, steps }: DomainInstance, driver: Driver, stalls: StallWatch) {
    this.#steps = steps;
    this.#words = new Int32Array(memory.buffer);
    this.#driver = driver;
    this.#stalls = stalls;
    this.#flavor = flavorOf(memory);
  }

  /**
   * Waits for the grace period that begins now, or for the next one where one is under way.
   *
   * Throws RcuError (ERR_RCU_INSIDE) if a reader blocks it and this thread is in a section; and whatever the heavy
   * fence throws.
   */
  waitSync(): void {
    const { begin, cookie: takeCookie } = this.#steps;
    this.requireStack();
    const cookie = begin() || takeCookie();
    if (this.#driver.drive(cookie) === 0) return;
    for (;;) {
      // Again and again: a stall's subscriber may have entered a section.
      if (this.#steps.isThreadInside() === 1) throw waitsForItself(this.#flavor);
      const sleep = this.#driver.driveOrAnnounceSleep(cookie);
      if (sleep === undefined) return;
      const { index, value, nap } = this.#waitArguments(sleep, 0, true);
      this.#countTimeout(Atomics.wait(this.#words, index, value, nap));
    }
  }

  /**
   * Sleeps without blocking: resolves when it is worth driving again. The caller keeps the event loop alive, since
   * Atomics.waitAsync does not.
   */
  async sleep(sleep: Sleep): Promise<void> {
    const { index, value, nap } = this.#waitArguments(sleep, SHORTEST_ASYNC_TIMEOUT, false);
    const waited = Atomics.waitAsync(this.#words, index, value, nap);
    // Otherwise the reader has left just now. Give the event loop a turn, in case that happens many times.
    if (waited.async) this.#countTimeout(await waited.value);
    else await new Promise(setImmediate);
  }

  /**
   * Throws RangeError before the first step if the stack might end between two steps. (If V8 optimizes a function just
   * then, the stack may still end later. The grace period has then advanced, which does no harm.)
   */
  requireStack(): void {
    if (this.#waits < COLD_WAITS) {
      requireStack();
      this.#waits++;
    } else {
      this.#steps.requireStack(1);
    }
  }

  #waitArguments(
    { cookie, slot, waitWord }: Sleep,
    least: number,
    isBlocking: boolean,
  ): { readonly index: number; readonly value: number; readonly nap: number } {
    const waited = this.#stalls.observe(cookie, slot, this.#driver.ownerOf(slot), isBlocking);
    const index = (slot + this.#steps.WAIT_WORD.value) / Int32Array.BYTES_PER_ELEMENT;
    return { index, value: asViewed(waitWord), nap: this.#nap(waited, least) };
  }

  #nap(waited: number, least: number): number {
    const shortest = this.#steps.load(Header.SLEEP_TIMEOUT);
    return shortest < 0 ? Number.POSITIVE_INFINITY : Math.max(shortest, least, Math.min(waited, LONGEST_TIMEOUT));
  }

  #countTimeout(how: string): void {
    if (how === 'timed-out') this.#steps.add(this.#steps.TIMEOUTS.value);
  }
}

function waitsForItself(flavor: Flavor): RcuError {
  const message =
    flavor === 'memb'
      ? 'synchronizeSync() was called inside a read-side critical section of the same thread, so it would wait for ' +
        'itself. Call readUnlock() first, or use callRcu()'
      : 'synchronizeSync() would wait for its own thread, where a reader of another realm or copy of the package is ' +
        'online. Call its offline() first';
  return new RcuError('ERR_RCU_INSIDE', message);
}
