/**
 * Says who holds a grace period up: by process.emitWarning, and to those who subscribe to the diagnostics channel. First when a
 * thread has waited for as long as the domain's stallTimeout, then each time it has waited twice as long.
 */
import { labelOf } from './labels.js';
import { Header, type Opened } from './memory.js';

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
  readonly #opened: Opened;
  readonly #timeout: number;
  #sequence = 0;
  #since = 0;
  #due = 0;

  constructor(opened: Opened) {
    this.#opened = opened;
    this.#timeout = opened.steps.load(Header.STALL_TIMEOUT);
  }

  /** To be told now and then which slot, of which thread, the grace period under way waits for. */
  waitsFor(slot: number, token: number): void {
    if (token === 0) return; // it has just been given back
    const now = performance.now();
    const sequence = this.#opened.steps.sequence();
    if (sequence !== this.#sequence) {
      this.#sequence = sequence;
      this.#since = now;
      this.#due = this.#timeout;
    }
    const milliseconds = now - this.#since;
    if (milliseconds < this.#due) return;
    this.#due = milliseconds * 2;
    tell({ threadId: token - 1, name: labelOf(this.#opened, slot), milliseconds: Math.round(milliseconds) });
  }
}

function tell(stall: RcuStall): void {
  const { threadId, name, milliseconds } = stall;
  const who = threadId === 0 ? 'the main thread' : `worker ${threadId}`;
  const named = name === '' ? who : `${who} (${JSON.stringify(name)})`;
  const message =
    `an RCU grace period has waited ${milliseconds} ms for ${named}, which is in a read section. Nothing is freed until it ` +
    'leaves: keep sections short, and do not await inside';
  process.emitWarning(message, { type: 'RcuStallWarning', code: 'RCU_STALL' });
  const channel = process.getBuiltinModule('node:diagnostics_channel').channel(STALL_CHANNEL);
  if (channel.hasSubscribers) channel.publish(stall);
}
