/// <reference lib="esnext.disposable" preserve="true" />
/**
 * One value that all threads of a process share: a configuration, a set of feature flags, a model. Reading it costs a
 * load from shared memory; publishing a new one makes it visible to all threads at once.
 *
 * It is a shared table with a single key, so what shared-map.ts promises holds here, too.
 */
import { checkFunction } from '../base/arguments.js';
import { dispose } from '../base/dispose.js';
import { refuseDeferred, type Synchronous } from '../base/section.js';
import type { RcuFlavor, RcuHandle } from '../rcu/index.js';
import {
  type Attachment,
  attachmentOf,
  creationOf,
  type SharedCellAttachOptions,
  type SharedCellOptions,
} from './arguments.js';
import { type Attached, attach, attachedWith, forget, remember } from './attached.js';
import { Changes } from './changes.js';
import type { BoundCodec, Encoded } from './codec.js';
import { createTable, createTableSync } from './create.js';
import { type DeepReadonly, deepFreeze } from './deep-freeze.js';
import { showAsCell } from './inspection.js';
import { Kind, placeIn, type TableInstance } from './memory.js';
import type { SharedCollectionStats } from './stats.js';
import { Mode, type Steps } from './steps.js';
import { isEven, Table } from './table.js';
import { Writer } from './writer.js';

/** What another thread of this process needs to attach. Pass it through workerData or postMessage. */
export interface SharedCellHandle extends RcuHandle {}

/** 16 MiB. */
const DEFAULT_BYTES = 2 ** 24;

/** Known to this module alone, so that nobody else constructs. */
const constructing = Symbol('constructing');

/**
 * One value that all threads of a process share: a configuration, a set of feature flags, a model. Reading it costs
 * some nanoseconds; a published value is visible to all threads at once. It promises what SharedMap promises of a key.
 */
export class SharedCell<V> {
  /** For `SharedCell.attach(handle)` in another thread of this process. Pass it through workerData or postMessage. */
  readonly handle: SharedCellHandle;
  /** As create() was told. */
  readonly flavor: RcuFlavor;
  readonly #table: Table;
  readonly #writer: Writer;
  readonly #codec: BoundCodec;
  readonly #freeze: boolean;
  readonly #changes: Changes;
  readonly #attached: Attached;
  readonly #isCurrent: Steps['isCurrent'];
  readonly #versionAt: number;
  /** Of the value that is kept, if there is one. */
  #version = 0;
  #isKept = false;
  #value: unknown;

  private constructor(key: symbol, attached: Attached) {
    if (key !== constructing)
      throw new TypeError('Illegal constructor: call SharedCell.create() or SharedCell.attach()');
    const { instance, place, codec, freeze } = attached;
    this.handle = instance.domain.handle;
    this.flavor = instance.domain.flavor;
    this.#attached = attached;
    this.#table = new Table(instance, place);
    this.#writer = new Writer(instance, this.#table);
    this.#codec = codec;
    this.#freeze = freeze && codec.isShared;
    this.#changes = new Changes(this.#table, instance.memory);
    this.#isCurrent = instance.steps.isCurrent;
    this.#table.find(this.#table.scratch.writeKey(KEY));
    this.#versionAt = this.#table.versionOf(this.#table.foundHash);
    remember(this, attached);
  }

  /**
   * Creates a cell with its first value. Registers PRIVATE_EXPEDITED on the thread pool, once per process (5 to 25 ms);
   * otherwise 1 to 15 ms. Memory is used as needed: twice the size of the largest value, and more while a thread reads
   * for long. Rejects as SharedMap.create() and publish() do.
   */
  static async create<V>(initial: V, options?: SharedCellOptions<V>): Promise<SharedCell<V>> {
    const creation = creationOf(options, DEFAULT_BYTES);
    const stored = creation.codec.encode(initial, undefined);
    return SharedCell.#open(stored, await createTable(Kind.CELL, creation), creation.codec, creation.attachment);
  }

  /** As `create`, blocking. */
  static createSync<V>(initial: V, options?: SharedCellOptions<V>): SharedCell<V> {
    const creation = creationOf(options, DEFAULT_BYTES);
    const stored = creation.codec.encode(initial, undefined);
    return SharedCell.#open(stored, createTableSync(Kind.CELL, creation), creation.codec, creation.attachment);
  }

  static #open<V>(initial: Encoded, instance: TableInstance, codec: BoundCodec, attachment: Attachment): SharedCell<V> {
    const place = placeIn(instance.domain, Kind.CELL);
    const cell = new SharedCell<V>(constructing, attachedWith(instance, place, codec, attachment));
    try {
      cell.#publish(initial);
    } catch (error) {
      cell[dispose]();
      throw error;
    }
    return cell;
  }

  /** The cell of a handle, in this thread. As SharedMap.attach(). */
  static attach<V>(handle: SharedCellHandle, options?: SharedCellAttachOptions<V>): SharedCell<V> {
    const found = attach<SharedCell<V>>(handle, Kind.CELL, attachmentOf(options));
    return 'object' in found ? found.object : new SharedCell(constructing, found.attached);
  }

  /**
   * The current value. Never waits. Takes some nanoseconds if it has not changed since this thread read it last;
   * otherwise the time to decode it. With the codec 'bytes' each read is a copy; read() makes none.
   *
   * Throws CollectionError (ERR_COLLECTION_DECODE, ERR_COLLECTION_DISPOSED).
   */
  get value(): DeepReadonly<V> {
    const isCurrent = this.#isKept && this.#isCurrent(this.#versionAt, this.#version) !== 0;
    return isCurrent ? (this.#value as DeepReadonly<V>) : this.#read();
  }

  /** The version of the current value: 1 for the first, one more for each that was published. */
  get version(): number {
    this.#table.checkNotDisposed();
    const length = this.#table.scratch.writeKey(KEY);
    this.#table.find(length);
    return this.#table.foundSerial - FIRST_SERIAL + 1;
  }

  /**
   * Makes `value` the current one. When it returns, every thread reads this value or a later one. Takes some
   * microseconds, and the time to encode. Waits for other writers.
   *
   * Throws CollectionError, and has then changed nothing: ERR_COLLECTION_ENCODE, ERR_COLLECTION_FULL,
   * ERR_COLLECTION_DISPOSED.
   */
  publish(value: V): void {
    this.#table.checkNotDisposed();
    this.#publish(this.#codec.encode(value, undefined));
  }

  #publish(stored: Encoded): void {
    this.#writer.store(Mode.ALWAYS, this.#table.scratch.writeKey(KEY), stored, 0, undefined);
  }

  /**
   * Calls `use` with the bytes of the current value, without a copy, and returns what it returns. For the codec
   * 'bytes', and codecs of your own. The bytes are shared memory: do not write to them, and do not keep them after
   * `use` has returned. Keep `use` short, since no memory of this cell is freed meanwhile.
   *
   * Throws TypeError for what is no function, and (ERR_INVALID_RETURN_VALUE) if `use` returns a promise or an iterator;
   * CollectionError (ERR_COLLECTION_CODEC) with a text codec; ERR_COLLECTION_DISPOSED.
   */
  read<T>(use: ((bytes: Uint8Array) => T) & Synchronous<T>): T {
    checkFunction('use', use);
    this.#table.checkNotDisposed();
    this.#table.requireBytes(this.#codec, 'read()');
    const length = this.#table.scratch.writeKey(KEY);
    return this.#table.inRecord(length, (begin, bytes) =>
      refuseDeferred(use(this.#table.scratch.view(begin, bytes))),
    ) as T;
  }

  /**
   * The bytes of the current value themselves, as SharedMap.view() has them. Throws as that does. In either flavor,
   * read() gives them to a function.
   */
  view(): Uint8Array {
    this.#table.checkNotDisposed();
    return this.#table.view(this.#table.scratch.writeKey(KEY), this.#codec) as Uint8Array;
  }

  /** As SharedMap.quiescentState(). */
  quiescentState(): void {
    this.#table.quiescentState();
  }

  /** As SharedMap.offline(). */
  offline(): void {
    this.#table.offline();
  }

  /** As SharedMap.online(). */
  online(): void {
    this.#table.online();
  }

  /** Calls `changed` after a value was published by any thread. As SharedMap's. */
  subscribe(changed: () => void): () => void {
    checkFunction('changed', changed);
    this.#table.checkNotDisposed();
    return this.#changes.subscribe(changed);
  }

  /** Figures of the cell, of all threads. */
  stats(): SharedCollectionStats {
    this.#table.checkNotDisposed();
    return this.#table.stats();
  }

  /** Gives this thread's place back, and ends its subscriptions. As SharedMap's. */
  [dispose](): void {
    this.#table[dispose]();
    this.#isKept = false;
    this.#value = undefined;
    this.#changes.unsubscribeAll();
    forget(this.#attached);
  }

  /** 'SharedCell'. */
  get [Symbol.toStringTag](): string {
    return 'SharedCell';
  }

  #read(): DeepReadonly<V> {
    const table = this.#table;
    table.checkNotDisposed();
    const length = table.scratch.writeKey(KEY);
    const answer = table.find(length);
    const version = table.foundVersion;
    const stored = table.valueFound(answer, length);
    const decoded = this.#codec.decode(stored as string | Uint8Array, undefined);
    const value = this.#freeze ? deepFreeze(decoded) : decoded;
    if (isEven(answer) && this.#codec.isShared) {
      this.#version = version;
      this.#isKept = true;
      this.#value = value;
    }
    return value as DeepReadonly<V>;
  }
}

showAsCell(SharedCell.prototype);

/** The only one. */
const KEY = 0;

/** The array of entries is the first change of a table. */
const FIRST_SERIAL = 2;
