/**
 * A thread's place in a collection: the slots of the domain by which it reads, in either flavor.
 *
 * The steps of table.wat enter and leave sections of `sectionSlot`. It is 0 where the thread is in a section anyway:
 * in the event-loop flavor, unless it is offline. A thread that is offline may read, too. Its sections then cost what
 * those of the other flavor do.
 */
import { dispose } from '../base/dispose.js';
import { whileSuspended } from '../base/suspend.js';
import { type RcuDomain, RcuError, type RcuReader } from '../rcu/index.js';

export interface Place {
  /** Calls of read() that have not returned, and whether the callback that runs now has a view. */
  sections: number;
  isViewed: boolean;
  /** Whether this thread may wait for a grace period now: no callback of its own relies on what it has read. */
  readonly mayWait: boolean;
  /** Of this thread alone: it says which scratch is the thread's. */
  readonly slot: number;
  readonly sectionSlot: number;
  /** Whether what this thread reads stays valid until its callback returns. */
  readonly lastsForCallback: boolean;
  /** Calls `section` in a section that JavaScript holds. */
  readonly read: (section: () => void) => void;
  /** Ends what `read` has begun, where a vm timeout skipped its end. */
  readonly leave: () => void;
  /** Calls `act`, which waits for grace periods, where `mayWait`. */
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
  sections = 0;
  isViewed = false;
  readonly #leaf: RcuReader;
  readonly #section: RcuReader;

  constructor(leaf: RcuReader, section: RcuReader) {
    this.slot = leaf.slot;
    this.sectionSlot = leaf.slot;
    this.#leaf = leaf;
    this.#section = section;
  }

  get mayWait(): boolean {
    return this.sections === 0;
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

/** Until it is in no section. */
function leaveAll({ readUnlock }: RcuReader): void {
  ignoringRefusals(() => {
    for (;;) readUnlock();
  });
}

function ignoringRefusals(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof RcuError)) throw error;
  }
}

/** Of this thread, in all collections. */
const onlinePlaces = new Set<OnlinePlace>();

class OnlinePlace implements Place {
  sections = 0;
  isViewed = false;
  readonly slot: number;
  readonly #reader: RcuReader;
  #isOffline = false;
  /** Sections while it is offline: it is online for them. */
  #offlineSections = 0;

  constructor(reader: RcuReader) {
    this.slot = reader.slot;
    this.#reader = reader;
    onlinePlaces.add(this);
  }

  /** Whoever waits is offline in all collections: another thread that waits may wait for it in any of them. */
  get mayWait(): boolean {
    for (const { sections, isViewed } of onlinePlaces) if (sections > 0 || isViewed) return false;
    return true;
  }

  get sectionSlot(): number {
    return this.#isOffline && this.#offlineSections === 0 ? this.slot : 0;
  }

  get lastsForCallback(): boolean {
    return !this.#isOffline;
  }

  read(section: () => void): void {
    if (!this.#isOffline) {
      section();
      return;
    }
    if (this.#offlineSections === 0) this.#reader.online();
    this.#offlineSections++;
    try {
      section();
    } finally {
      this.#offlineSections--;
      if (this.#offlineSections === 0) this.#reader.offline();
    }
  }

  leave(): void {
    if (this.#offlineSections === 0) return;
    this.#reader.offline();
    this.#offlineSections = 0;
  }

  whileWaiting(act: () => void): void {
    whileSuspended(
      [...onlinePlaces].filter((place) => !place.#isOffline),
      act,
    );
  }

  /** Refused where a step was interrupted that would have made it so. */
  suspend(): void {
    ignoringRefusals(this.#reader.offline);
    this.#isOffline = true;
  }

  resume(): void {
    ignoringRefusals(this.#reader.online);
    this.#isOffline = false;
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
    onlinePlaces.delete(this);
    this.#reader[dispose]();
  }
}
