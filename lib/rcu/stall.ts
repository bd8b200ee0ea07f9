/**
 * Says who holds a grace period up: by process.emitWarning, and to those who subscribe to the diagnostics channel.
 * First when a thread has waited for as long as the domain's stallTimeout, then each time it has waited twice as long.
 */
import { builtin, emitWarning, now } from '../base/host.js';
import { labelOf } from './labels.js';
import { type DomainInstance, Header } from './memory.js';

/** What the channel `node-membarrier:rcu:stall` publishes. */
export interface RcuStall {
  /** The worker in whose section the grace period waits, by its number in Node.js; 0 is the main thread. */
  readonly threadId: number;
  /** Its name, or what registerReader() was told; may be empty. */
  readonly name: string;
  /** For how many milliseconds this thread has waited for the grace period. */
  readonly milliseconds: number;
}

export const STALL_CHANNEL = 'node-membarrier:rcu:stall';

export class StallWatch {
  readonly #opened: DomainInstance;
  readonly #self: number;
  readonly #timeout: number;
  #sequence = 0;
  #cookie = 0;
  #since = 0;
  #due = 0;

  constructor(opened: DomainInstance, self: number) {
    this.#opened = opened;
    this.#self = self;
    this.#timeout = opened.steps.load(Header.STALL_TIMEOUT);
  }

  /**
   * Which slot, of which thread, the grace period under way keeps this thread waiting for. Answers for how many
   * milliseconds it has waited: for this grace period, on the way to that of the cookie.
   */
  observe(cookie: number, slot: number, token: number): number {
    const time = now();
    const sequence = this.#opened.steps.sequence();
    if (sequence !== this.#sequence || cookie !== this.#cookie) {
      this.#sequence = sequence;
      this.#cookie = cookie;
      this.#since = time;
      this.#due = this.#timeout;
    }
    const milliseconds = time - this.#since;
    // No token: the slot has just been given back.
    if (milliseconds < this.#due || token === 0) return milliseconds;
    this.#due = milliseconds * 2;
    tell({ ...labelOf(this.#opened, slot), milliseconds: Math.round(milliseconds) }, token === this.#self);
    return milliseconds;
  }
}

function tell(stall: RcuStall, isOwn: boolean): void {
  const { threadId, name, milliseconds } = stall;
  const who = threadId === 0 ? 'the main thread' : `worker ${threadId}`;
  const named = name === '' ? who : `${who} (${JSON.stringify(name)})`;
  const advice = isOwn
    ? 'That is this thread itself: it awaits inside a section, or a vm timeout has ended one without its readUnlock()'
    : 'Nothing is freed until it leaves: keep sections short, and do not await inside';
  const what = `an RCU grace period has waited ${milliseconds} ms for ${named}, which is in a read section`;
  emitWarning(`${what}. ${advice}`, { type: 'RcuStallWarning', code: 'RCU_STALL' });
  const channel = builtin('node:diagnostics_channel').channel(STALL_CHANNEL);
  if (channel.hasSubscribers) channel.publish(stall);
}
