/**
 * The values of a map, as one thread reads them: those that it keeps, and those in the shared memory. A value is kept
 * with the version that its stripe had before the search, unless that was odd (table.wat).
 */
import type { BoundCodec, Encoded } from './codec.js';
import { deepFreeze } from './deep-freeze.js';
import { NearCache } from './near-cache.js';
import type { SharedMapStats } from './stats.js';
import type { Steps } from './steps.js';
import { isAbsent, isEven, type Table } from './table.js';

type Key = string | number;

/** In the place of a value. */
export const ABSENT: unique symbol = Symbol('absent');

export class Values {
  readonly near: NearCache;
  readonly #table: Table;
  readonly #codec: BoundCodec;
  readonly #freeze: boolean;
  readonly #isCurrent: Steps['isCurrent'];
  #misses = 0;

  constructor(table: Table, codec: BoundCodec, near: number, freeze: boolean) {
    this.#table = table;
    this.#isCurrent = table.steps.isCurrent;
    this.#codec = codec;
    this.near = new NearCache(codec.isShared ? near : 0);
    this.#freeze = freeze && this.near.limit > 0;
  }

  stats(): SharedMapStats['near'] {
    const { limit, bytes, places } = this.near;
    return { limit, size: places.size, bytes, misses: this.#misses };
  }

  /** The place of a value of the key that is kept and current, or -1. */
  keptPlace(key: Key): number {
    const { places, stamps, values } = this.near;
    const place = places.get(key);
    if (place === undefined || values[place] === undefined) return -1;
    return this.#isCurrent(stamps[2 * place] as number, stamps[2 * place + 1] as number) !== 0 ? place : -1;
  }

  /** The value of the key, or ABSENT. */
  current(key: Key, keep = true): unknown {
    const place = this.keptPlace(key);
    return place >= 0 ? this.near.values[place] : this.read(key, this.near.places.get(key), keep);
  }

  /** As `current`, from the shared memory. `known` is the key's place near, if it has one. */
  read(key: Key, known: number | undefined, keep: boolean): unknown {
    const table = this.#table;
    table.checkNotDisposed();
    const length = table.scratch.writeKey(key);
    const answer = table.find(length);
    this.#misses++;
    if (!keep || this.near.limit === 0) return this.#found(key, length, answer);
    // Before anything that might use the scratch: a codec may read the map, too.
    const version = table.foundVersion;
    const hash = table.foundHash;
    const value = this.#found(key, length, answer);
    if (!isEven(answer)) return value;
    const kept = value === ABSENT ? undefined : value;
    // A codec that reads the map may have changed the places meanwhile.
    if (known !== undefined && this.near.places.get(key) === known) this.near.renew(known, version, kept);
    else if (known === undefined && this.near.admits(hash) && !this.near.places.has(key)) {
      this.near.add(key, table.versionOf(hash), version, kept, answer < 0 ? 0 : answer >>> 3);
    }
    return value;
  }

  /** A value of the caller's own, and the serial of the change that stored it; 0 if there is none. */
  fresh(key: Key): readonly [unknown, number] {
    const table = this.#table;
    table.checkNotDisposed();
    const length = table.scratch.writeKey(key);
    const answer = table.find(length);
    const found = isAbsent(answer) ? undefined : table.freshValue(answer, length);
    return found === undefined ? [undefined, 0] : [this.#codec.decode(found.stored, key), found.serial];
  }

  decode(stored: Encoded, key: Key): unknown {
    const value = this.#codec.decode(stored, key);
    return this.#freeze ? deepFreeze(value) : value;
  }

  #found(key: Key, length: number, answer: number): unknown {
    if (isAbsent(answer)) return ABSENT;
    const stored = this.#table.valueFound(answer, length);
    return stored === undefined ? ABSENT : this.decode(stored, key);
  }
}
