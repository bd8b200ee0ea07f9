/**
 * A thread's place in a collection: the slots of the domain by which it reads, in either flavor.
 *
 * The steps of table.wat enter and leave sections of `sectionSlot`. It is 0 where the thread is in a section anyway:
 * in the event-loop flavor, unless it is offline. A thread that is offline may read, too. Its sections then cost what
 * those of the other flavor do.
 */
import { dispose } from '../base/dispose.js';
import { type RcuDomain, RcuError, type RcuReader } from '../rcu/index.js';

export interface Place {
  /** Of this thread alone: it says which scratch is the thread's. */
  readonly slot: number;
  readonly sectionSlot: number;
  /** Whether what this thread reads stays valid until its callback returns. */
  readonly lastsForCallback: boolean;
  /** Calls `section` in a section that JavaScript holds. */
  readonly read: (section: () => void) => void;
  /** Ends what `read` has begun, where a vm timeout skipped its end. */
  readonly leave: () => void;
  /** Calls `act`, which waits for grace periods. What reads meanwhile enters sections. */
  readonly whileWaiting: (act: () => void) => void;
  /** These do nothing in the memb flavor. They throw as a reader's do. */
  readonly quiescentState: () => void;
  readonly offline: () => void;
  readonly online: () => void;
  [dispose](): void;
}

/** How many readers a place takes. */
export const READERS = { memb: 2, qsbr: 1 } as const;

/** Throws as registerReader() does, and has taken nothing then. */
export function takePlace(domain: RcuDomain): Place {
  if (domain.flavor === 'qsbr') return new OnlinePlace(domain.registerReader());
  const leaf = domain.registerReader();
  try {
    return new SectionPlace(leaf, domain.registerReader());
  } catch (error) {
    leaf[dispose]();
    throw error;
  }
}

/** One reader for the steps of table.wat, one for sections that JavaScript holds. */
class SectionPlace implements Place {
  readonly slot: number;
  readonly sectionSlot: number;
  readonly lastsForCallback = false;
  readonly #leaf: RcuReader;
  readonly #section: RcuReader;

  constructor(leaf: RcuReader, section: RcuReader) {
    this.slot = leaf.slot;
    this.sectionSlot = leaf.slot;
    this.#leaf = leaf;
    this.#section = section;
  }

  read(section: () => void): void {
    this.#section.read(section);
  }

  leave(): void {
    leaveAll(this.#section);
  }

  whileWaiting(act: () => void): void {
    act();
  }

  quiescentState(): void {}
  offline(): void {}
  online(): void {}

  [dispose](): void {
    for (const reader of [this.#section, this.#leaf]) {
      leaveAll(reader);
      reader[dispose]();
    }
  }
}

function leaveAll({ readUnlock }: RcuReader): void {
  try {
    for (;;) readUnlock();
  } catch (error) {
    if (!(error instanceof RcuError)) throw error; // it is in no section now
  }
}

class OnlinePlace implements Place {
  readonly slot: number;
  readonly #reader: RcuReader;
  #isOffline = false;
  /** Sections while it is offline: it is online for them. */
  #sections = 0;

  constructor(reader: RcuReader) {
    this.slot = reader.slot;
    this.#reader = reader;
  }

  get sectionSlot(): number {
    return this.#isOffline && this.#sections === 0 ? this.slot : 0;
  }

  get lastsForCallback(): boolean {
    return !this.#isOffline;
  }

  read(section: () => void): void {
    if (!this.#isOffline) {
      section();
      return;
    }
    if (this.#sections === 0) this.#reader.online();
    this.#sections++;
    try {
      section();
    } finally {
      this.#sections--;
      if (this.#sections === 0) this.#reader.offline();
    }
  }

  leave(): void {
    if (this.#sections === 0) return;
    this.#reader.offline();
    this.#sections = 0;
  }

  whileWaiting(act: () => void): void {
    if (this.#isOffline) {
      act();
      return;
    }
    this.offline();
    try {
      act();
    } finally {
      // Whatever a stall's subscriber has done.
      if (this.#isOffline) this.online();
    }
  }

  quiescentState(): void {
    this.#reader.quiescentState();
  }

  offline(): void {
    this.#reader.offline();
    this.#isOffline = true;
  }

  online(): void {
    this.#reader.online();
    this.#isOffline = false;
  }

  [dispose](): void {
    this.#reader[dispose]();
  }
}
