/**
 * Tells a thread's subscribers that something has changed. A writer counts each change in SERIAL and, if WATCHED is
 * set, clears it and wakes all that wait on SERIAL.
 *
 * No change is missed. First we wait on SERIAL, if it still is what we have seen. Then we set WATCHED. Then we load
 * SERIAL once more, and wake ourselves if it has changed. The writer counts, then loads WATCHED. If it finds WATCHED
 * set, it wakes us: we wait already. If it does not, we find that SERIAL has changed. (All of these accesses are
 * sequentially consistent.)
 *
 * Atomics.waitAsync keeps no thread alive. After a wake-up we pause for a millisecond before we wait again, by a timer
 * without a reference. A thread that waited again at once would be kept alive by a writer that never rests.
 */
import { AsyncResource, setTimeout, throwUncaught } from '../base/host.js';
import type { SharedMemory } from '../base/shared-memory.js';
import type { Table } from './table.js';

/** In milliseconds. */
const PAUSE = 1;

interface Subscriber {
  readonly call: () => void;
}

export class Changes {
  readonly #table: Table;
  readonly #words: Int32Array;
  readonly #serial: number;
  readonly #subscribers = new Set<Subscriber>();
  /** SERIAL's lower half when the subscribers were called last. */
  #seen = 0;
  #isWatching = false;

  constructor(table: Table, memory: SharedMemory) {
    this.#table = table;
    this.#words = new Int32Array(memory.buffer);
    this.#serial = (table.at + table.steps.SERIAL.value) / 4;
  }

  /** `callback` runs in the caller's async context. */
  subscribe(callback: () => void): () => void {
    const context = new AsyncResource('SharedCollectionSubscription');
    const subscriber = { call: () => context.runInAsyncScope(callback) };
    if (!this.#isWatching) this.#seen = this.#load();
    this.#subscribers.add(subscriber);
    if (!this.#isWatching) this.#watch();
    return () => {
      if (this.#subscribers.delete(subscriber)) this.#wakeIfUnused();
    };
  }

  unsubscribeAll(): void {
    this.#subscribers.clear();
    this.#wakeIfUnused();
  }

  /** A wait that nobody needs would keep the memory of the collection. Others that wait here find no change. */
  #wakeIfUnused(): void {
    if (this.#subscribers.size === 0 && this.#isWatching) Atomics.notify(this.#words, this.#serial);
  }

  #load(): number {
    return Atomics.load(this.#words, this.#serial);
  }

  #watch(): void {
    this.#isWatching = this.#subscribers.size > 0;
    if (!this.#isWatching) return;
    const waited = Atomics.waitAsync(this.#words, this.#serial, this.#seen);
    if (!waited.async) {
      this.#pause();
      return;
    }
    void waited.value.then(() => this.#look());
    this.#table.steps.store(this.#table.at + this.#table.steps.WATCHED.value, 1);
    if (this.#load() !== this.#seen) Atomics.notify(this.#words, this.#serial);
  }

  #look(): void {
    if (this.#load() === this.#seen) this.#watch();
    else this.#tell();
  }

  #tell(): void {
    this.#seen = this.#load();
    for (const { call } of [...this.#subscribers]) {
      try {
        call();
      } catch (error) {
        throwUncaught(error);
      }
    }
    this.#pause();
  }

  #pause(): void {
    setTimeout(() => this.#look(), PAUSE).unref();
  }
}
