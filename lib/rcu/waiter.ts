/**
 * How a thread waits for the end of a grace period: it drives, looks for a while, and sleeps until a reader leaves. In two
 * forms, one that blocks the thread and one that leaves it to its event loop.
 *
 * A sleeper announces itself, has a heavy fence, and drives once more before it sleeps, so that no reader leaves unnoticed.
 * What ends without a word, a reader that dies in its section, is found out by getting up now and then.
 */
import type { Driver } from './driver.js';
import { RcuError } from './errors.js';
import { Header, type Opened } from './memory.js';
import type { StallWatch } from './stall.js';

/** Before it sleeps, a thread looks this many times, 2 to 4 microseconds: most sections are as short. */
const LOOKS = 200;

/** A word as a view in JavaScript has it, in the machine's byte order; WebAssembly's is little-endian. */
function asViewed(word: number): number {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setInt32(0, word, true);
  return new Int32Array(bytes.buffer)[0] as number;
}

export class Waiter {
  readonly #steps: Opened['steps'];
  readonly #flag: Int32Array;
  readonly #driver: Driver;
  readonly #stalls: StallWatch;

  constructor({ memory, steps }: Opened, driver: Driver, stalls: StallWatch) {
    this.#steps = steps;
    this.#flag = new Int32Array(memory.buffer, steps.FLAG.value, 1);
    this.#driver = driver;
    this.#stalls = stalls;
  }

  /**
   * Throws RcuError (ERR_RCU_INSIDE) where this thread is in a section, which is asked once somebody is in the way; and
   * whatever the heavy fence throws.
   */
  waitSync(cookie: number): void {
    if (this.#driver.drive(cookie) === 0) return;
    if (this.#steps.isThreadInside() === 1) throw waitsForItself();
    for (;;) {
      const reason = this.#prepareSleep(cookie);
      if (reason === undefined) return;
      this.#stalls.waitsFor(reason.slot, this.#driver.ownerOf(reason.slot));
      this.#woken(Atomics.wait(this.#flag, 0, reason.flag, this.#nap()));
    }
  }

  /**
   * Resolves when it is worth to call it again: whether the grace period is over. The event loop has to be kept alive
   * meanwhile, which Atomics.waitAsync does not.
   */
  async wait(cookie: number): Promise<boolean> {
    const reason = this.#prepareSleep(cookie);
    if (reason === undefined) return true;
    this.#stalls.waitsFor(reason.slot, this.#driver.ownerOf(reason.slot));
    const sleep = Atomics.waitAsync(this.#flag, 0, reason.flag, this.#nap());
    // Otherwise a reader has left just now. A turn of the event loop, so that it is not held up by many of them.
    if (sleep.async) this.#woken(await sleep.value);
    else await new Promise(setImmediate);
    return false;
  }

  /** Nothing if the grace period is over. Otherwise the slot to wait for, and what FLAG is until somebody wakes this thread. */
  #prepareSleep(cookie: number): { readonly slot: number; readonly flag: number } | undefined {
    const { drive, driveOverDead, announceSleep } = this.#driver;
    for (let look = 0; look < LOOKS; look++) if (drive(cookie) === 0) return undefined;
    if (driveOverDead(cookie) === 0) return undefined;
    const flag = asViewed(announceSleep());
    const slot = driveOverDead(cookie);
    return slot === 0 ? undefined : { slot, flag };
  }

  #nap(): number {
    const nap = this.#steps.load(Header.NAP);
    return nap < 0 ? Number.POSITIVE_INFINITY : nap;
  }

  #woken(how: string): void {
    if (how === 'timed-out') this.#steps.add(this.#steps.TIMEOUTS.value);
  }
}

function waitsForItself(): RcuError {
  const message =
    'synchronizeSync() inside a read section of the same thread would wait for itself: readUnlock() first, or let ' +
    'synchronize() or callRcu() wait for the end of the section';
  return new RcuError('ERR_RCU_INSIDE', message);
}
