/**
 * Names the reader that a grace period waits for: by process.emitWarning, and on a diagnostics channel. The first
 * warning comes when a thread has waited for the domain's stallTimeout, each further one after twice the time.
 */
import { builtin, emitWarning, now, setImmediate } from '../base/host.js';
import { labelOf } from './labels.js';
import { type DomainInstance, flavorOf, Header } from './memory.js';

/** What the channel STALL_CHANNEL publishes. */
export interface RcuStall {
  /** The thread whose section holds the grace period up, by its number in Node.js. 0 is the main thread. */
  readonly threadId: number;
  /** Its name: from registerReader(), or the worker's. May be empty. */
  readonly name: string;
  /** For how many milliseconds this thread has waited for the grace period. */
  readonly milliseconds: number;
}

/** The diagnostics channel on which stalls are published, as RcuStall. */
export const STALL_CHANNEL = 'node-membarrier:rcu:stall';

/**
 * What a thread counts at most, in milliseconds, between two calls of observe(). It calls more often
 * (grace-period-waiter.ts). If it did not, it was stopped itself, by SIGSTOP or with the whole machine.
 */
const LONGEST_GAP = 2000;

/** A thread that waits for its own section would wait forever, so it need not wait for stallTimeout to know. */
const OWN_SECTION_TIMEOUT = 100;

export class StallWatch {
  readonly #opened: DomainInstance;
  readonly #self: number;
  readonly #timeout: number;
  readonly #isQsbr: boolean;
  #sequence = 0;
  #cookie = 0;
  /** When observe() was last called, and for how long this thread had waited by then. */
  #lastLook = 0;
  #waited = 0;
  /** After how many milliseconds the next warning comes. */
  #due = 0;
  #hasWarned = false;

  constructor(opened: DomainInstance, self: number) {
    this.#opened = opened;
    this.#self = self;
    this.#timeout = opened.steps.load(Header.STALL_TIMEOUT);
    this.#isQsbr = flavorOf(opened.memory) === 'qsbr';
  }

  /**
   * Tells the watch which slot, of which thread, the grace period is waiting for. Returns for how many milliseconds
   * this thread has waited for this grace period, on the way to that of the cookie.
   */
  observe(cookie: number, slot: number, token: number, isBlocking: boolean): number {
    const time = now();
    const sequence = this.#opened.steps.sequence();
    if (sequence !== this.#sequence || cookie !== this.#cookie) {
      this.#sequence = sequence;
      this.#cookie = cookie;
      this.#lastLook = time;
      this.#waited = 0;
      this.#due = this.#timeout;
      this.#hasWarned = false;
    }
    this.#waited += Math.min(time - this.#lastLook, LONGEST_GAP);
    this.#lastLook = time;
    const isOwn = token === this.#self && !this.#isQsbr;
    const due = isOwn && !this.#hasWarned ? Math.min(OWN_SECTION_TIMEOUT, this.#due) : this.#due;
    // No token: the slot has just been given back.
    if (this.#waited < due || token === 0) return this.#waited;
    this.#due = this.#waited * 2;
    this.#hasWarned = true;
    const stall = { ...labelOf(this.#opened, slot), milliseconds: Math.round(this.#waited) };
    // A thread that blocks is offline, so no code of the user's may read.
    if (isBlocking && this.#isQsbr) setImmediate(() => warn(stall, this.#reason(isOwn)));
    else warn(stall, this.#reason(isOwn));
    return this.#waited;
  }

  #reason(isOwn: boolean): string {
    if (this.#isQsbr) {
      return (
        'has not returned to its event loop. Let it await, say quiescentState() in long loops, and offline() before ' +
        'it blocks'
      );
    }
    return `is in a read-side critical section. ${isOwn ? ownSection : othersSection}`;
  }
}

const ownSection =
  'That is this thread itself: it awaits inside a section, or a vm timeout ended one without readUnlock(). Call ' +
  'readUnlock() before await';
const othersSection =
  'No memory is reclaimed until that thread leaves. Keep sections short, and do not await inside them';

function warn(stall: RcuStall, reason: string): void {
  const { threadId, name, milliseconds } = stall;
  const who = threadId === 0 ? 'the main thread' : `worker ${threadId}`;
  const named = name === '' ? who : `${who} (${JSON.stringify(name)})`;
  const message = `An RCU grace period has waited ${milliseconds} ms for ${named}, which ${reason}`;
  emitWarning(message, { type: 'RcuStallWarning', code: 'RCU_STALL' });
  const channel = builtin('node:diagnostics_channel').channel(STALL_CHANNEL);
  if (channel.hasSubscribers) channel.publish(stall);
}
