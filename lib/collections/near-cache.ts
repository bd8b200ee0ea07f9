/**
 * The values that a thread keeps, each in a place with a number. A value is current as long as the version of its
 * stripe is the one that the thread had read before it searched for the key (table.wat). SharedMap.get() makes that
 * comparison itself.
 *
 * The places are columns, and not objects: where all keys are read, what a get() needs of many places fits the
 * processor's caches.
 *
 * There are at most `limit` places. A key gets one when it is missed for the second time, so that reading everything
 * once displaces nothing. Keys that have been used since the last round keep theirs (the CLOCK algorithm).
 */

/**
 * The memory of a kept value, as an estimate: its place and its key in the Map, the decoded object, and a share that
 * grows with the stored bytes. Measured in Node.js 20 with 75 bytes of JSON: 180 bytes.
 */
const BYTES_PER_PLACE = 65;
const BYTES_PER_VALUE = 40;
const BYTES_PER_STORED = 1;

export class NearCache {
  readonly limit: number;
  /** The place of each key that has one. */
  readonly places: Map<unknown, number> = new Map();
  /** Of each place: the address of its stripe's version, and the version that the value was kept with. */
  readonly stamps: Int32Array;
  /** Undefined for a key that is known to be absent. */
  readonly values: unknown[] = [];
  /** Whether a key has needed the place of another one. Until then nobody needs to know which places are used. */
  isFull = false;
  /** 1 where a value was returned since the hand of the clock was there, once the cache is full. */
  readonly used: Uint8Array;
  readonly #keys: unknown[] = [];
  #hand = 0;
  /** A bit for each of so many hashes: whether a key with it has been missed. Cleared when many are set. */
  readonly #missed: Int32Array;
  #missedCount = 0;
  /** What is stored of the values that were added lately, and how many they are: for an estimate. */
  #stored = 0;
  #added = 0;

  constructor(limit: number) {
    this.limit = limit;
    this.stamps = new Int32Array(2 * limit);
    this.used = new Uint8Array(limit);
    this.#missed = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(1, limit))));
  }

  /** Of memory, as an estimate. */
  get bytes(): number {
    const perValue = this.#added === 0 ? 0 : (this.#stored / this.#added) * BYTES_PER_STORED + BYTES_PER_VALUE;
    return Math.round(this.places.size * (BYTES_PER_PLACE + perValue));
  }

  /** Whether a key that was missed, and has no place, gets one now. */
  admits(hash: number): boolean {
    if (this.limit === 0) return false;
    const word = (hash >>> 5) & (this.#missed.length - 1);
    const bit = 1 << (hash & 31);
    if (((this.#missed[word] as number) & bit) !== 0) return true;
    if (this.#missedCount++ > 2 * this.limit) {
      this.#missed.fill(0);
      this.#missedCount = 0;
    }
    this.#missed[word] = (this.#missed[word] as number) | bit;
    return false;
  }

  /** `stored` is what the value takes in the shared memory. */
  add(key: unknown, versionAt: number, version: number, value: unknown, stored: number): void {
    if (this.places.size === this.limit && !this.isFull) this.#becomeFull();
    const place = this.isFull ? this.#vacate() : this.places.size;
    this.#keys[place] = key;
    this.stamps[2 * place] = versionAt;
    this.values[place] = value;
    this.stamps[2 * place + 1] = version;
    this.places.set(key, place);
    this.#stored += stored;
    this.#added++;
    if (this.#added > 2 * this.limit) {
      this.#stored /= 2;
      this.#added /= 2;
    }
  }

  /** The key has another value now, or none. */
  renew(place: number, version: number, value: unknown): void {
    this.values[place] = value;
    this.stamps[2 * place + 1] = version;
  }

  clear(): void {
    this.places.clear();
    this.isFull = false;
    this.values.length = 0;
    this.#keys.length = 0;
    this.#missed.fill(0);
    this.#stored = 0;
    this.#added = 0;
  }

  #becomeFull(): void {
    this.used.fill(1);
    this.isFull = true;
  }

  /** The hand goes around the places, and takes the first one that has not been used. */
  #vacate(): number {
    for (;;) {
      const place = this.#hand;
      this.#hand = (place + 1) % this.limit;
      if (this.used[place] === 0) {
        this.places.delete(this.#keys[place]);
        return place;
      }
      this.used[place] = 0;
    }
  }
}
