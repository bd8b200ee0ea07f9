/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A Map that all threads of a process share. Values are stored once, in shared memory. A thread that reads a value
 * often keeps it decoded, and returns it for as long as it is current.
 *
 * What a call of get() returns was the key's value at some moment during the call. No thread goes back in time: if one
 * read begins after another has ended, in any thread, it returns the same value or a later one.
 *
 * docs/guide/collections.md says how to use it; docs/internals/collections.md why that holds.
 */
import { checkFunction } from '../base/arguments.js';
import { dispose } from '../base/dispose.js';
import type { RcuFlavor, RcuHandle } from '../rcu/index.js';
import {
  type Attachment,
  attachmentOf,
  checkKey,
  creationOf,
  type SharedMapAttachOptions,
  type SharedMapOptions,
} from './arguments.js';
import { type Attached, attach, attachedWith, forget, remember } from './attached.js';
import { Changes } from './changes.js';
import { type BoundCodec, type Encoded, isBytes } from './codec.js';
import { createTable, createTableSync } from './create.js';
import type { DeepReadonly } from './deep-freeze.js';
import { CollectionError } from './errors.js';
import { showAsMap } from './inspection.js';
import { Kind, placeIn, type TableInstance } from './memory.js';
import type { NearCache } from './near-cache.js';
import type { SharedMapStats } from './stats.js';
import { Answer, Mode, type Steps } from './steps.js';
import { isAbsent, Table } from './table.js';
import { neverFits, RUNS, refusePromise } from './update.js';
import { ABSENT, Values } from './values.js';
import { Writer } from './writer.js';

/** What another thread of this process needs to attach. Pass it through workerData or postMessage. */
export interface SharedMapHandle extends RcuHandle {}

/** 256 MiB. */
const DEFAULT_BYTES = 2 ** 28;

/** The end of the hash space, for iteration. */
const END = 2 ** 32;

/** Known to this module alone, so that nobody else constructs. */
const constructing = Symbol('constructing');

/**
 * A Map that all threads of a process share.
 *
 * Shared memory holds each value once. A thread that reads a value often keeps it decoded, and returns it while it is
 * current. `get()` returns a value that was current at some moment during the call. When `set()` has returned, every
 * thread's `get()` returns that value or a later one. If a thread dies in the middle of a change, the map stays whole.
 */
export class SharedMap<K extends string | number, V> {
  /** For `SharedMap.attach(handle)` in another thread of this process. Pass it through workerData or postMessage. */
  readonly handle: SharedMapHandle;
  /** As create() was told. */
  readonly flavor: RcuFlavor;
  readonly #table: Table;
  readonly #writer: Writer;
  readonly #codec: BoundCodec;
  readonly #values: Values;
  readonly #near: NearCache;
  readonly #places: NearCache['places'];
  readonly #isCurrent: Steps['isCurrent'];
  readonly #changes: Changes;
  readonly #attached: Attached;
  /** Calls of this object that have changed something. */
  #ownChanges = 0;

  private constructor(key: symbol, attached: Attached) {
    if (key !== constructing) throw new TypeError('Illegal constructor: call SharedMap.create() or SharedMap.attach()');
    const { instance, place, codec, near, freeze } = attached;
    this.handle = instance.domain.handle;
    this.flavor = instance.domain.flavor;
    this.#attached = attached;
    this.#table = new Table(instance, place);
    this.#writer = new Writer(instance, this.#table);
    this.#codec = codec;
    this.#values = new Values(this.#table, codec, near, freeze);
    this.#near = this.#values.near;
    this.#places = this.#near.places;
    this.#isCurrent = instance.steps.isCurrent;
    this.#changes = new Changes(this.#table, instance.memory);
    remember(this, attached);
  }

  /**
   * Creates an empty map. Registers PRIVATE_EXPEDITED on the thread pool, once per process (5 to 25 ms). Otherwise it
   * takes 1 to 15 ms, to reserve addresses. Memory is used as needed.
   *
   * Rejects with CollectionError (ERR_COLLECTION_UNAVAILABLE) if V8 has no shared memory; with UnavailableError on
   * Linux if this thread cannot load the addon; with TypeError or RangeError for bad options.
   */
  static async create<K extends string | number, V>(options?: SharedMapOptions<V>): Promise<SharedMap<K, V>> {
    const creation = creationOf(options, DEFAULT_BYTES);
    return SharedMap.#open(await createTable(Kind.MAP, creation), creation.codec, creation.attachment);
  }

  /** As `create`, blocking. */
  static createSync<K extends string | number, V>(options?: SharedMapOptions<V>): SharedMap<K, V> {
    const creation = creationOf(options, DEFAULT_BYTES);
    return SharedMap.#open(createTableSync(Kind.MAP, creation), creation.codec, creation.attachment);
  }

  static #open<K extends string | number, V>(
    instance: TableInstance,
    codec: BoundCodec,
    attachment: Attachment,
  ): SharedMap<K, V> {
    const place = placeIn(instance.domain, Kind.MAP);
    return new SharedMap(constructing, attachedWith(instance, place, codec, attachment));
  }

  /**
   * The map of a handle, in this thread. The same handle gives the same object, until it is disposed of. Takes 0.2 to 1
   * ms the first time. Never waits.
   *
   * Throws CollectionError: ERR_COLLECTION_FOREIGN_HANDLE, ERR_COLLECTION_VERSION, ERR_COLLECTION_CODEC,
   * ERR_COLLECTION_ATTACHED, ERR_COLLECTION_TOO_MANY_THREADS, ERR_COLLECTION_UNAVAILABLE; UnavailableError on Linux if
   * this thread cannot load the addon; TypeError or RangeError for bad options.
   */
  static attach<K extends string | number, V>(
    handle: SharedMapHandle,
    options?: SharedMapAttachOptions<V>,
  ): SharedMap<K, V> {
    const found = attach<SharedMap<K, V>>(handle, Kind.MAP, attachmentOf(options));
    return 'object' in found ? found.object : new SharedMap(constructing, found.attached);
  }

  /**
   * The value of the key, or undefined. Never waits. As fast as a private Map for a value that this thread keeps;
   * otherwise 0.1 to 1 microsecond, and the time to decode it.
   *
   * Throws TypeError or RangeError for a bad key; CollectionError (ERR_COLLECTION_DECODE, ERR_COLLECTION_DISPOSED).
   */
  get(key: K): DeepReadonly<V> | undefined {
    const place = this.#places.get(key);
    if (place !== undefined) {
      const near = this.#near;
      const { stamps, values } = near;
      if (this.#isCurrent(stamps[2 * place] as number, stamps[2 * place + 1] as number) !== 0) {
        if (near.isFull) near.used[place] = 1;
        return values[place] as DeepReadonly<V> | undefined;
      }
    }
    const value = this.#values.read(key, place, true);
    return (value === ABSENT ? undefined : value) as DeepReadonly<V> | undefined;
  }

  /** Whether the map has the key. Decodes nothing. Otherwise as get(). */
  has(key: K): boolean {
    return this.#values.keptPlace(key) >= 0 || !isAbsent(this.#table.find(this.#writeKey(key)));
  }

  /**
   * Stores a value, and returns the map. When it returns, every thread's get() returns this value or a later one. Takes
   * 1 to 3 microseconds, and the time to encode; longer when the map grows. Waits for other writers.
   *
   * Throws CollectionError, and has then changed nothing: ERR_COLLECTION_ENCODE, ERR_COLLECTION_FULL,
   * ERR_COLLECTION_DISPOSED; TypeError or RangeError for a bad key.
   */
  set(key: K, value: V): this {
    checkKey(key);
    this.#table.checkNotDisposed();
    this.#store(Mode.ALWAYS, key, this.#codec.encode(value, key), 0);
    return this;
  }

  /** Deletes the key, and returns whether the map had it. Otherwise as set(). */
  delete(key: K): boolean {
    return this.#delete(Mode.ALWAYS, key, 0) === Answer.DONE;
  }

  /**
   * Deletes all keys at one moment: no thread sees a part of it. Takes about 0.1 microseconds for each key; other
   * writers wait as long.
   */
  clear(): void {
    this.#table.checkNotDisposed();
    this.#writer.clear();
    this.#ownChanges++;
  }

  /** How many keys the map has now. */
  get size(): number {
    this.#table.checkNotDisposed();
    return this.#table.size;
  }

  /** Returns the value of the key. If there is none, stores `value` first. Otherwise as get() and set(). */
  getOrInsert(key: K, value: V): DeepReadonly<V> {
    checkKey(key);
    const existing = this.#values.current(key);
    if (existing !== ABSENT) return existing as DeepReadonly<V>;
    return this.#insert(key, this.#codec.encode(value, key));
  }

  /**
   * As getOrInsert, with the value that `compute` returns. `compute` runs only if there is no value, and outside the
   * lock. If another thread inserts meanwhile, its value is returned. Throws TypeError for what is no function.
   */
  getOrInsertComputed(key: K, compute: (key: K) => V): DeepReadonly<V> {
    checkFunction('compute', compute);
    checkKey(key);
    const existing = this.#values.current(key);
    if (existing !== ABSENT) return existing as DeepReadonly<V>;
    return this.#insert(key, this.#codec.encode(compute(key), key));
  }

  /**
   * Replaces the value of the key by what `change` returns; undefined deletes the key. Loses no change of another
   * thread: if the value has changed meanwhile, `change` runs again with the new one. `change` gets a fresh object,
   * which it may modify and return, or undefined if there is no value. It runs outside the lock, and should have no
   * side effects. Returns what is stored then.
   *
   * If `change` throws, so does update(), and nothing was changed. Throws TypeError (ERR_INVALID_RETURN_VALUE) if
   * `change` returns a promise. Otherwise as set().
   */
  update(key: K, change: (current: V | undefined) => V | undefined): V | undefined {
    checkFunction('change', change);
    for (let runs = 1; ; runs++) {
      const [current, serial] = this.#values.fresh(key) as readonly [V | undefined, number];
      const before = this.#ownChanges;
      const next = change(current);
      const changesItself = this.#ownChanges !== before;
      refusePromise(next);
      if (next === undefined && serial === 0) return undefined;
      const answer =
        next === undefined
          ? this.#delete(Mode.ONLY_IF_SERIAL, key, serial)
          : this.#store(Mode.ONLY_IF_SERIAL, key, this.#codec.encode(next, key), serial);
      if (answer === Answer.DONE) return next;
      if (runs >= RUNS && changesItself) throw neverFits(key);
    }
  }

  /**
   * Stores many values. All are encoded before the first is stored, so a bad key or value changes nothing. Each becomes
   * visible by itself: another thread may see some and not yet the others. If there is no room, the error says how many
   * were stored.
   */
  setMany(entries: Iterable<readonly [K, V]>): this {
    this.#table.checkNotDisposed();
    const encoded: [K, Encoded][] = [];
    for (const [key, value] of entries) {
      checkKey(key);
      const stored = this.#codec.encode(value, key);
      encoded.push([key, isBytes(stored) ? stored.slice() : stored]);
    }
    let count = 0;
    try {
      for (const [key, stored] of encoded) {
        this.#store(Mode.ALWAYS, key, stored, 0);
        count++;
      }
    } catch (cause) {
      if (!(cause instanceof CollectionError) || count === 0) throw cause;
      const message = `setMany() stored ${count} of ${encoded.length} entries: ${cause.message}`;
      throw new CollectionError(cause.code, message.replace('. Nothing was changed', ''), { cause });
    }
    return this;
  }

  /**
   * Copies the bytes of a value to the beginning of a buffer, and returns their number; -1 if there is no value. For
   * the codec 'bytes', and codecs of your own. The fastest way to read bytes, since get() allocates an array.
   *
   * Throws RangeError (ERR_OUT_OF_RANGE) if `into` is too small, and has then copied nothing; TypeError for what is no
   * Uint8Array; CollectionError (ERR_COLLECTION_CODEC) with a text codec.
   */
  getBytes(key: K, into: Uint8Array): number {
    this.#table.checkNotDisposed();
    return this.#table.copyBytes(this.#table.scratch.writeKey(key), this.#codec, into);
  }

  /**
   * The bytes of a value themselves, without a copy; undefined if there is no value. For the qsbr flavor, and for the
   * codec 'bytes' and codecs of your own. They are shared memory: do not write to them. They are valid until the
   * current callback returns or awaits, or this thread says quiescentState() or offline(). 0.2 to 1 microsecond.
   *
   * Throws CollectionError: ERR_COLLECTION_FLAVOR in the memb flavor, ERR_COLLECTION_OFFLINE, ERR_COLLECTION_CODEC with
   * a text codec, ERR_COLLECTION_DISPOSED; TypeError or RangeError for a bad key.
   */
  view(key: K): Uint8Array | undefined {
    return this.#table.view(this.#writeKey(key), this.#codec);
  }

  /**
   * In the qsbr flavor: this thread relies on nothing that it has read. For a thread that computes for long and does
   * not return to its event loop: until it does, no memory is freed. Ends what view() has promised. Throws
   * CollectionError: ERR_COLLECTION_OFFLINE, ERR_COLLECTION_INSIDE within read(), ERR_COLLECTION_DISPOSED. In the memb
   * flavor it does nothing.
   */
  quiescentState(): void {
    this.#table.quiescentState();
  }

  /**
   * In the qsbr flavor: nobody waits for this thread until online(). For a thread that is about to block (Atomics.wait,
   * spawnSync). All but view() works meanwhile, and each read pays for a section. Throws as quiescentState() does. In
   * the memb flavor it does nothing.
   */
  offline(): void {
    this.#table.offline();
  }

  /** Ends what offline() began. Throws CollectionError (ERR_COLLECTION_ONLINE, ERR_COLLECTION_DISPOSED). */
  online(): void {
    this.#table.online();
  }

  /**
   * Calls `changed` after a change of the map by any thread: at least once after each change, and once for all changes
   * of the same millisecond. It runs on this thread's event loop, in the caller's async context; get() then returns the
   * changed value or a later one. Keeps no thread alive. What it throws is an uncaught exception. Returns a function
   * that ends the subscription.
   */
  subscribe(changed: () => void): () => void {
    checkFunction('changed', changed);
    this.#table.checkNotDisposed();
    return this.#changes.subscribe(changed);
  }

  /**
   * The keys, in no particular order. Other threads may change the map meanwhile: a key that stays comes exactly once,
   * and any other may appear or not.
   */
  *keys(): IterableIterator<K> {
    this.#table.checkNotDisposed();
    for (let cursor = 0; cursor < END; ) {
      this.#table.checkNotDisposed();
      const { keys, next } = this.#table.keysFrom(cursor);
      yield* keys as K[];
      cursor = next;
    }
  }

  /** As keys(), with the value of each key at the moment when it appears. */
  *entries(): IterableIterator<[K, DeepReadonly<V>]> {
    for (const key of this.keys()) {
      const value = this.#values.current(key, false);
      if (value !== ABSENT) yield [key, value as DeepReadonly<V>];
    }
  }

  /** The values, as entries() has them. */
  *values(): IterableIterator<DeepReadonly<V>> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Calls `call` for each entry, outside of any lock. Otherwise as entries(). */
  forEach(call: (value: DeepReadonly<V>, key: K, map: this) => void, thisArgument?: unknown): void {
    checkFunction('call', call);
    for (const [key, value] of this.entries()) call.call(thisArgument, value, key, this);
  }

  /** As entries(). */
  [Symbol.iterator](): IterableIterator<[K, DeepReadonly<V>]> {
    return this.entries();
  }

  /** Figures of the map, and of the values that this thread keeps. Takes some microseconds. */
  stats(): SharedMapStats {
    this.#table.checkNotDisposed();
    return { ...this.#table.stats(), near: this.#values.stats() };
  }

  /**
   * Gives this thread's place back, and ends its subscriptions. Other threads are not affected. Later calls throw
   * ERR_COLLECTION_DISPOSED; attach() to the handle gives a new object. A second call does nothing.
   */
  [dispose](): void {
    this.#table[dispose]();
    this.#values.near.clear();
    this.#changes.unsubscribeAll();
    forget(this.#attached);
  }

  /** 'SharedMap'. */
  get [Symbol.toStringTag](): string {
    return 'SharedMap';
  }

  #writeKey(key: unknown): number {
    this.#table.checkNotDisposed();
    return this.#table.scratch.writeKey(key);
  }

  #insert(key: K, stored: Encoded): DeepReadonly<V> {
    for (;;) {
      const answer = this.#store(Mode.ONLY_IF_ABSENT, key, stored, 0);
      if (answer === Answer.DONE) break;
      const existing = this.#values.current(key);
      if (existing !== ABSENT) return existing as DeepReadonly<V>;
    }
    return this.#values.decode(isBytes(stored) ? stored.slice() : stored, key) as DeepReadonly<V>;
  }

  #store(mode: Mode, key: K, stored: Encoded, expected: number): Answer {
    const answer = this.#writer.store(mode, this.#writeKey(key), stored, expected, key);
    if (answer === Answer.DONE) this.#ownChanges++;
    return answer;
  }

  #delete(mode: Mode, key: K, expected: number): Answer {
    const answer = this.#writer.delete(mode, this.#writeKey(key), expected);
    if (answer === Answer.DONE) this.#ownChanges++;
    return answer;
  }
}

showAsMap(SharedMap.prototype);
