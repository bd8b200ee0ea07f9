/**
 * The quiescent states of one thread in a domain of the event-loop flavor. JavaScript runs to completion, so a thread
 * that is between two callbacks of its event loop holds no reference into shared memory.
 *
 * While a reader is online, the thread has one Atomics.waitAsync pending on STATE. A driver that finds readers in its
 * way wakes it. Its reaction runs between callbacks: it acknowledges for each reader that is online, and waits again.
 * So a thread to which nobody updates pays nothing, and nothing keeps its event loop alive.
 *
 * No wake-up is missed. The driver stores STATE, then wakes. We load STATE, acknowledge, and wait for as long as STATE
 * is what we loaded. If the driver's store comes before our wait, the wait does not begin, and we acknowledge once
 * more. If it comes after, the wake-up finds us.
 */
import type { Called } from '../base/call-stack.js';
import { emitWarning, setImmediate } from '../base/host.js';
import { mainRealm } from '../base/main-realm.js';
import { whileSuspended } from '../base/suspend.js';
import { isBetweenCallbacks } from '../threads/between-callbacks.js';
import { insideError } from './errors.js';
import type { DomainInstance } from './memory.js';
import type { SlotClaim } from './slots.js';

/** Those with readers of this thread that are online, in all domains. */
const onlineHere = new Set<Quiescence>();

/**
 * Calls `act`, which blocks, while this thread is offline in all domains: another thread that blocks may wait for it in
 * any of them.
 */
export function whileOffline(act: () => void): void {
  whileSuspended(onlineHere, act);
}

export class Quiescence {
  readonly #steps: DomainInstance['steps'];
  readonly #words: Int32Array;
  readonly #state: number;
  readonly #reactTo: (promise: Promise<unknown>) => Promise<void>;
  /** The readers of this thread that are online. */
  #online: readonly SlotClaim[] = [];
  /** The sections of each reader that are open, in debug mode. */
  readonly #sections = new Map<number, number>();
  #suspended: readonly SlotClaim[] = [];
  #isWaiting = false;
  #isIdle = false;

  constructor({ memory, steps }: DomainInstance) {
    this.#steps = steps;
    this.#words = new Int32Array(memory.buffer);
    this.#state = steps.STATE.value / Int32Array.BYTES_PER_ELEMENT;
    this.#reactTo = mainRealm().caller(this.#react);
  }

  /**
   * 0, or why it is refused. A reader that was offline holds no reference, whatever the thread does besides. The caller
   * has seen that there is room on the stack, here and in goOffline(). A vm timeout may end this between two steps. So
   * the slot is online last, when it will be acknowledged for.
   */
  goOnline(claim: SlotClaim): number {
    const before = this.#online;
    this.#setOnline([...before, claim]);
    while (!this.#isWaiting) this.#waitWhile(this.#loadState());
    const refusal = this.#steps.goOnline(claim.slot, claim.ticket);
    if (refusal !== 0) this.#setOnline(before);
    return refusal;
  }

  /** 0, or why it is refused. */
  goOffline({ slot, ticket }: SlotClaim): number {
    const refusal = this.#steps.goOffline(slot, ticket);
    if (refusal === 0) this.#setOnline(this.#online.filter((claim) => claim.slot !== slot));
    return refusal;
  }

  /** 0, or why it is refused. The caller says that this reader holds no reference. */
  acknowledge({ slot, ticket }: SlotClaim): number {
    return this.#steps.acknowledge(slot, ticket);
  }

  /** Whether a step of a driver would help if this thread were idle in it, and it may be: it is between callbacks. */
  isIdle(calledBy: Called): boolean {
    return this.#online.length > 0 && isBetweenCallbacks(calledBy);
  }

  /** Takes a step of a driver, in which this thread is idle. */
  whileIdle<T>(step: () => T): T {
    this.#isIdle = true;
    try {
      return step();
    } finally {
      this.#isIdle = false;
    }
  }

  acknowledgeIfIdle(): void {
    if (this.#isIdle) this.#acknowledgeAll();
  }

  /** Wakes all threads that wait on STATE. */
  announce(): void {
    Atomics.notify(this.#words, this.#state);
  }

  /** Throws RcuError (ERR_RCU_INSIDE) in debug mode, if a reader is in a section. */
  checkOutside(what: string): void {
    for (const sections of this.#sections.values()) if (sections > 0) throw insideError(what);
  }

  /** The reader is given back: without one, nothing has to wait any more. */
  forget(): void {
    if (this.#online.length === 0 && this.#isWaiting) this.announce();
  }

  /** Takes its readers offline until `resume`. */
  suspend(): void {
    this.#suspended = [...this.#suspended, ...this.#online];
    for (const claim of this.#online) this.goOffline(claim);
  }

  resume(): void {
    const claims = this.#suspended;
    this.#suspended = [];
    for (const claim of claims) this.goOnline(claim);
  }

  /** In debug mode: how many sections a reader has open. */
  sectionsOf(slot: number): number {
    return this.#sections.get(slot) ?? 0;
  }

  setSections(slot: number, sections: number): void {
    this.#sections.set(slot, sections);
  }

  /** Forgets what is not online, although a step said that it would be. */
  #acknowledgeAll(): void {
    for (const claim of this.#online) {
      const refusal = this.#steps.acknowledge(claim.slot, claim.ticket);
      if (refusal !== 0) this.#setOnline(this.#online.filter((other) => other !== claim));
    }
    if (this.#sections.size > 0) this.#endSections();
  }

  #endSections(): void {
    for (const [slot, sections] of this.#sections) {
      if (sections === 0) continue;
      this.#sections.set(slot, 0);
      warnOfSection();
    }
  }

  #setOnline(claims: readonly SlotClaim[]): void {
    this.#online = claims;
    if (claims.length > 0) onlineHere.add(this);
    else onlineHere.delete(this);
  }

  #loadState(): number {
    return Atomics.load(this.#words, this.#state);
  }

  #waitWhile(state: number): void {
    const waited = mainRealm().waitAsync(this.#words, this.#state, state);
    if (!waited.async) return;
    void this.#reactTo(waited.value);
    this.#isWaiting = true; // last: if this is ended before, there is one reaction too many, which does no harm
  }

  readonly #react = (): void => {
    // A callback that runs the event loop inside itself (deasync) may hold references.
    if (!isBetweenCallbacks(this.#react)) {
      setImmediate(this.#react);
      return;
    }
    this.#isWaiting = false;
    while (!this.#isWaiting && this.#online.length > 0) {
      const state = this.#loadState();
      this.#acknowledgeAll();
      this.#waitWhile(state);
    }
  };
}

function warnOfSection(): void {
  const message =
    'A read-side critical section was open when its callback returned to the event loop, so what it read may be ' +
    'reclaimed. Call readUnlock() before the callback returns or awaits';
  emitWarning(message, { type: 'RcuSectionWarning', code: 'RCU_SECTION' });
}
