/**
 * A shared table, as one thread reads it. What `find` has found lies in the thread's scratch. Longer values, and the
 * keys of an iteration, are read from their records, in a section that JavaScript holds.
 */
import { invalidType, outOfRangeBy } from '../base/arguments.js';
import { dispose } from '../base/dispose.js';
import { runInMicrotask, setImmediate } from '../base/host.js';
import { mainRealm } from '../base/main-realm.js';
import { RcuError, type RcuFlavor } from '../rcu/index.js';
import { isBetweenCallbacks } from '../threads/between-callbacks.js';
import { type BoundCodec, type Encoded, isBytes } from './codec.js';
import { CollectionError } from './errors.js';
import type { TableInstance } from './memory.js';
import type { Place } from './place.js';
import { Scratch } from './scratch.js';
import type { SharedCollectionStats } from './stats.js';
import type { Steps } from './steps.js';

/** What `find` answers of a key that is not there, and of a value that is too long for the scratch; one less if odd. */
const NOT_FOUND = -1;
const TOO_LONG = -3;

/** Whether there is no such key. */
export function isAbsent(answer: number): boolean {
  return answer <= NOT_FOUND && answer > TOO_LONG;
}

/** Whether the version of the stripe was even, so that what was found may be kept. */
export function isEven(answer: number): boolean {
  return answer >= 0 ? (answer & 1) === 0 : (answer & 1) !== 0;
}

export class Table {
  readonly scratch: Scratch;
  readonly at: number;
  readonly steps: Steps;
  readonly flavor: RcuFlavor;
  readonly #place: Place;
  readonly #find: Steps['find'];
  readonly #numbers: DataView;
  readonly #versions: number;
  readonly #lastStripe: number;
  /** Where `find` leaves what it has found. Kept here, since the value of a WebAssembly.Global is a call. */
  readonly #versionAt: number;
  readonly #hashAt: number;
  readonly #serialAt: number;
  readonly #endLater: () => void;
  #isDisposed = false;
  /** Whether somebody will look for sections that were left open, and for views. */
  #isWatched = false;

  constructor(instance: TableInstance, place: Place) {
    const { memory, at, steps } = instance;
    this.#place = place;
    this.flavor = instance.domain.flavor;
    this.#endLater =
      this.flavor === 'qsbr' ? mainRealm().caller(this.#endCallback) : () => runInMicrotask(this.#endCallback);
    this.at = at;
    this.steps = steps;
    this.#find = steps.find;
    this.#numbers = new DataView(memory.buffer);
    this.#versions = at + steps.VERSIONS.value;
    this.#lastStripe = steps.STRIPES.value - 1;
    this.scratch = new Scratch(instance, slotIndex(place.slot, at));
    const { address } = this.scratch;
    this.#versionAt = address + steps.FOUND_VERSION.value;
    this.#hashAt = address + steps.FOUND_HASH.value;
    this.#serialAt = address + steps.FOUND_SERIAL.value;
  }

  checkNotDisposed(): void {
    if (!this.#isDisposed) return;
    throw new CollectionError(
      'ERR_COLLECTION_DISPOSED',
      'This thread disposed of the collection. Call attach() with its handle again',
    );
  }

  /** Refuses further calls. Throws within a section of this thread. */
  [dispose](): void {
    if (this.#place.sections > 0) throw insideError('dispose of the collection');
    this.#isDisposed = true;
  }

  get size(): number {
    return this.load(this.steps.COUNT.value);
  }

  /** A word of the header, and one of 64 bits. */
  load(offset: number): number {
    return this.steps.load(this.at + offset);
  }

  count(offset: number): number {
    return this.steps.count(this.at + offset);
  }

  /**
   * Searches for the key in the scratch, of so many bytes. Answers as `find` of table.wat does. `foundVersion`,
   * `foundHash` and `foundSerial` then say more of it.
   */
  find(keyLength: number): number {
    return this.#find(this.at, this.scratch.address, this.sectionSlot, this.scratch.kind, keyLength);
  }

  get foundVersion(): number {
    return this.#numbers.getInt32(this.#versionAt, true);
  }

  get foundHash(): number {
    return this.#numbers.getInt32(this.#hashAt, true);
  }

  /** The address of the version of this hash's stripe. */
  versionOf(hash: number): number {
    return this.#versions + 4 * (hash & this.#lastStripe);
  }

  get foundSerial(): number {
    return this.#numbers.getFloat64(this.#serialAt, true);
  }

  /** What `find` has found. Undefined if the key has been deleted since. */
  valueFound(answer: number, keyLength: number): Encoded | undefined {
    if (answer > NOT_FOUND) {
      return this.scratch.readValue((answer >> 1) & 3, this.scratch.valueAt, answer >>> 3);
    }
    return this.inRecord(keyLength, (begin, length, kind) => this.scratch.readValue(kind, begin, length));
  }

  /** As `find` and `valueFound`, with the serial of the change that stored it. */
  freshValue(answer: number, keyLength: number): { readonly stored: Encoded; readonly serial: number } | undefined {
    if (answer >= 0) {
      const serial = this.foundSerial;
      return { stored: this.valueFound(answer, keyLength) as Encoded, serial };
    }
    return this.inRecord(keyLength, (begin, length, kind, serial) => ({
      stored: this.scratch.readValue(kind, begin, length),
      serial,
    }));
  }

  /** Copies the bytes of the key's value. Their number, or -1 if there is no such key. */
  copyBytes(keyLength: number, codec: BoundCodec, into: Uint8Array): number {
    this.requireBytes(codec, 'getBytes()');
    if (!isBytes(into)) throw invalidType('argument "into"', 'a Uint8Array', into);
    const answer = this.find(keyLength);
    if (answer >= 0) {
      const length = answer >>> 3;
      checkRoom(into, length);
      this.scratch.copyValue(into, length);
      return length;
    }
    if (isAbsent(answer)) return -1;
    return (
      this.inRecord(keyLength, (begin, length) => {
        checkRoom(into, length);
        into.set(this.scratch.view(begin, length));
        return length;
      }) ?? -1
    );
  }

  /** The bytes of the key's value themselves. Undefined if there is no such key. */
  view(keyLength: number, codec: BoundCodec): Uint8Array | undefined {
    this.requireBytes(codec, 'view()');
    if (!this.#place.lastsForCallback) throw this.#noView();
    const { load, locate, VALUE_LENGTH, PAYLOAD } = this.steps;
    const record = locate(this.at, this.scratch.address, this.scratch.kind, keyLength) >>> 0;
    if (record === 0) return undefined;
    this.#watch();
    const view = this.scratch.view(record + PAYLOAD.value + keyLength, load(record + VALUE_LENGTH.value));
    this.#place.isViewed = true;
    return view;
  }

  #noView(): CollectionError {
    if (this.flavor === 'qsbr') {
      const message = 'This thread is offline, so a view would not last. Call online() first';
      return new CollectionError('ERR_COLLECTION_OFFLINE', message);
    }
    const message =
      "view() needs a collection that was created with `flavor: 'qsbr'`: only there a view lasts for as long as a " +
      'callback runs. Read a copy instead';
    return new CollectionError('ERR_COLLECTION_FLAVOR', message);
  }

  /** Whether this thread may wait for a grace period now. */
  get mayWait(): boolean {
    return this.#place.mayWait;
  }

  /** For the steps that read in a section of their own. */
  get sectionSlot(): number {
    return this.#place.sectionSlot;
  }

  /** Waits for a grace period where `mayWait`, by `wait`, which may call code of the user's. */
  waitBy(wait: () => void): void {
    this.#place.whileWaiting(wait);
  }

  /** Says that this thread relies on nothing that it has read, where that is so. */
  rest(): void {
    const { sections, isViewed, lastsForCallback } = this.#place;
    if (sections === 0 && !isViewed && lastsForCallback) this.#place.quiescentState();
  }

  /** What `place` says of this thread. Throws within a section, and where it would change nothing. */
  quiescentState(): void {
    this.#announce('quiescentState', 'offline');
  }

  offline(): void {
    this.#announce('offline', 'offline');
  }

  online(): void {
    this.#announce('online', 'online');
  }

  #announce(what: 'quiescentState' | 'offline' | 'online', already: string): void {
    this.checkNotDisposed();
    if (this.#place.sections > 0) throw insideError(`call ${what}()`);
    try {
      this.#place[what]();
    } catch (cause) {
      if (!(cause instanceof RcuError)) throw cause;
      const code = already === 'online' ? 'ERR_COLLECTION_ONLINE' : 'ERR_COLLECTION_OFFLINE';
      const message = `Cannot call ${what}(): this thread is ${already} already`;
      throw new CollectionError(code, message, { cause });
    }
    this.#place.isViewed = false;
  }

  /** For what hands out bytes: those of text are our own affair. */
  requireBytes({ name, own }: BoundCodec, method: string): void {
    if (name === 'bytes' || own !== undefined) return;
    const message =
      `${method} works on bytes, but the collection's codec is '${name}'. Read the decoded value instead, or create ` +
      "the collection with the codec 'bytes'";
    throw new CollectionError('ERR_COLLECTION_CODEC', message);
  }

  /** Calls `use` with the place of the value in its record, within a section. Undefined if there is no such key. */
  inRecord<T>(
    keyLength: number,
    use: (begin: number, length: number, kind: number, serial: number) => T,
  ): T | undefined {
    const { load, count, locate, META, VALUE_LENGTH, RECORD_SERIAL, PAYLOAD } = this.steps;
    let result: T | undefined;
    this.#inSection(() => {
      const record = locate(this.at, this.scratch.address, this.scratch.kind, keyLength) >>> 0;
      if (record === 0) return;
      const kind = (load(record + META.value) >> 2) & 3;
      const begin = record + PAYLOAD.value + keyLength;
      result = use(begin, load(record + VALUE_LENGTH.value), kind, count(record + RECORD_SERIAL.value));
    });
    return result;
  }

  /**
   * The keys of the next part of the table, and where the one after it begins: 2^32 at the end. In one section, whose
   * length does not depend on the size of the table.
   */
  keysFrom(cursor: number): { readonly keys: (string | number)[]; readonly next: number } {
    const { collect, load, META, KEY_LENGTH, PAYLOAD, VALUE, NEXT_CURSOR } = this.steps;
    const { address } = this.scratch;
    const keys: (string | number)[] = [];
    this.#inSection(() => {
      let count = -1;
      for (let span = this.#span(); count < 0; span = Math.max(1, Math.floor(span / 2))) {
        count = collect(this.at, address, cursor, span);
      }
      for (let i = 0; i < count; i++) {
        const record = load(address + VALUE.value + i * 4) >>> 0;
        const kind = load(record + META.value) & 3;
        keys.push(this.scratch.readKey(kind, record + PAYLOAD.value, load(record + KEY_LENGTH.value)));
      }
    });
    return { keys, next: this.#numbers.getFloat64(address + NEXT_CURSOR.value, true) };
  }

  /** Of the hash space, what PART entries of the array cover. */
  #span(): number {
    return PART * 2 ** this.load(this.steps.CURRENT.value + 4);
  }

  /**
   * Calls `section` in a section that JavaScript holds. A vm timeout skips `finally` and leaves the section open. No
   * section lasts longer than the callback that entered it, so what was left is ended after it.
   */
  #inSection(section: () => void): void {
    this.#watch();
    const outer = this.#place.sections;
    this.#place.sections = outer + 1;
    try {
      this.#place.read(section);
    } finally {
      this.#place.sections = outer;
    }
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#endLater();
    this.#isWatched = true;
  }

  /** After the microtask or callback that runs now. One that runs the event loop inside itself keeps its views. */
  readonly #endCallback = (): void => {
    if (this.flavor === 'qsbr' && !isBetweenCallbacks(this.#endCallback)) {
      setImmediate(this.#endCallback);
      return;
    }
    this.#isWatched = false;
    this.#place.isViewed = false;
    if (this.#place.sections === 0) return;
    this.#place.sections = 0;
    this.#place.leave();
  };

  /** Of the collection, in all threads. */
  stats(): SharedCollectionStats {
    const { COUNT, SERIAL, END, HEAP, TOP, LIVE_BYTES, ARRAY_BYTES, RETIRED_BYTES } = this.steps;
    const heap = this.load(HEAP.value) >>> 0;
    const usedBytes = (this.load(TOP.value) >>> 0) - heap;
    const liveBytes = this.count(LIVE_BYTES.value);
    const indexBytes = this.count(ARRAY_BYTES.value);
    const retiredBytes = this.count(RETIRED_BYTES.value);
    return {
      size: this.load(COUNT.value),
      changes: this.count(SERIAL.value),
      maxBytes: (this.load(END.value) >>> 0) - heap,
      usedBytes,
      liveBytes,
      indexBytes,
      retiredBytes,
      freeBytes: usedBytes - liveBytes - indexBytes - retiredBytes,
    };
  }
}

/** How many entries of the array one section of an iteration covers. */
const PART = 64;

function checkRoom(into: Uint8Array, length: number): void {
  if (into.length >= length) return;
  throw outOfRangeBy('argument "into"', `at least ${length} bytes long, as the value is`, `${into.length} bytes`);
}

/** Of the domain's slots, which lie before the table, 128 bytes each: counted from the last one. */
function slotIndex(slot: number, at: number): number {
  return (at - slot) / 128 - 1;
}

function insideError(what: string): CollectionError {
  const message = `Cannot ${what}: this thread is inside its read(). Do it after read() has returned`;
  return new CollectionError('ERR_COLLECTION_INSIDE', message);
}
