/**
 * The changes that one thread makes to a shared table. `mutate` of table.wat leaves four things to its caller: to wait
 * for the lock, to make the array larger, to drive grace periods, and to wait for memory.
 *
 * Nobody waits for a grace period while holding the lock, and no code of the user's runs under it.
 */
import { waitSync } from '../base/internal.js';
import { requireStack } from '../base/stack.js';
import { RobustLock } from '../fence/robust-lock.js';
import { tokenOfThisThread } from '../fence/token.js';
import { type RcuCookie, type RcuDomain, RcuError } from '../rcu/index.js';
import { checkValueLength } from './arguments.js';
import type { Encoded } from './codec.js';
import { CollectionError, nameOfKey } from './errors.js';
import type { TableInstance } from './memory.js';
import type { Scratch } from './scratch.js';
import { Answer, CROWDED, type Mode, type Steps } from './steps.js';
import type { Table } from './table.js';

/** In how many changes a thread rests once. */
const REST = 64;

/** How often a change is tried without waiting for the lock. */
const TRIES = 4;

/** Of the key in the scratch. */
interface Change {
  readonly mode: Mode;
  readonly keyLength: number;
  /** -1 deletes the key. */
  readonly valueLength: number;
  /** With ONLY_IF_SERIAL. */
  readonly serial: number;
}

/** How often a change that finds no room is tried again, while other threads change something. */
const PATIENCE = 100;

/** For how many changes an index that could not grow is left as it is. */
const CROWDED_CHANGES = 256;

/** For messages: undefined is the value of a cell. */
type Key = string | number | undefined;

export class Writer {
  readonly #at: number;
  readonly #table: Table;
  readonly #scratch: Scratch;
  readonly #steps: Steps;
  readonly #mutateStep: Steps['mutate'];
  readonly #domain: RcuDomain;
  readonly #lock: RobustLock;
  readonly #payload: number;
  /** Of all blocks together. */
  readonly #bytes: number;
  readonly #serialAt: number;
  /** SERIAL when the index could not grow. */
  #crowdedAt = Number.NEGATIVE_INFINITY;
  #changes = 0;
  /** Of a grace period that retired records wait for. */
  #cookie: RcuCookie | undefined;

  constructor({ memory, at, steps, domain }: TableInstance, table: Table) {
    this.#at = at;
    this.#table = table;
    this.#scratch = table.scratch;
    this.#steps = steps;
    this.#mutateStep = steps.mutate;
    this.#domain = domain;
    this.#lock = new RobustLock(new Int32Array(memory.buffer), (at + steps.LOCK.value) / 4, tokenOfThisThread());
    this.#payload = steps.PAYLOAD.value;
    this.#serialAt = steps.SERIAL.value;
    this.#bytes = (steps.load(at + steps.END.value) >>> 0) - (steps.load(at + steps.HEAP.value) >>> 0);
  }

  /** Stores a value for the key in the scratch. Answers DONE, or why the condition was not met. */
  store(mode: Mode, keyLength: number, value: Encoded, serial: number, key: Key): Answer {
    const valueLength = this.#scratch.writeValue(value);
    if (valueLength < 0) {
      const change = { mode, keyLength, valueLength: this.#scratch.measure(value), serial };
      checkValueLength(change.valueLength);
      return this.#storeReserved(change, key, (place) => this.#scratch.writeRecord(place, keyLength, value));
    }
    const change = { mode, keyLength, valueLength, serial };
    const answer = this.#mutate(change, 0);
    if (answer !== Answer.FULL) return answer;
    this.#makeRoom();
    return this.#storeReserved(change, key, (place) => this.#scratch.copyRecord(place, keyLength, valueLength));
  }

  /** Deletes the key in the scratch. */
  delete(mode: Mode, keyLength: number, serial: number): Answer {
    return this.#mutate({ mode, keyLength, valueLength: -1, serial }, 0);
  }

  /** Deletes all keys. */
  clear(): void {
    const clear = () => this.#underLock(() => this.#steps.clear(this.#at));
    if (clear() === 0) {
      this.#makeRoom();
      if (clear() === 0) throw this.#full('an empty index');
    }
    try {
      this.#drive();
    } catch {}
  }

  /** With `crowded`, more of the array may be taken than is good for searches: it cannot become larger. */
  #mutate(change: Change, crowded: 0 | typeof CROWDED): Answer {
    for (let tries = 0; ; tries++) {
      const answer =
        tries < TRIES ? this.#take(change, 0, 0, crowded) : this.#underLock(() => this.#take(change, 0, 1, crowded));
      if (answer === Answer.DONE) {
        this.#changed();
        return Answer.DONE;
      }
      if (answer === Answer.DONE_AND_POLL) {
        try {
          this.#drive();
        } catch {}
        return Answer.DONE;
      }
      if (answer === Answer.GROW) {
        if (crowded !== 0) return Answer.FULL;
        if (this.#grow() === 0) return this.#mutate(change, CROWDED);
      } else if (answer !== Answer.BUSY) return answer;
    }
  }

  /** A callback that changes many keys says now and then that it relies on nothing: others may wait for it. */
  #changed(): void {
    this.#changes++;
    if (this.#changes % REST !== 0) return;
    try {
      this.#table.rest();
    } catch {}
  }

  #take(change: Change, reserved: number, held: 0 | 1, crowded: 0 | typeof CROWDED): Answer {
    const { kind, valueKind, address } = this.#scratch;
    const { mode, keyLength, valueLength, serial } = change;
    return this.#mutateStep(
      this.#at,
      address,
      this.#table.sectionSlot,
      held,
      mode + crowded,
      kind,
      keyLength,
      valueKind,
      valueLength,
      reserved,
      serial,
    );
  }

  #grow(): 0 | 1 {
    const serial = this.#steps.count(this.#at + this.#serialAt);
    if (serial < this.#crowdedAt + CROWDED_CHANGES) return 0;
    const grow = () => this.#underLock(() => this.#steps.grow(this.#at));
    if (grow() === 1) return 1;
    this.#makeRoom();
    if (grow() === 1) return 1;
    this.#crowdedAt = serial;
    return 0;
  }

  /** By way of a block that is reserved, written, and then published. */
  #storeReserved(change: Change, key: Key, write: (place: number) => void): Answer {
    const size = this.#payload + change.keyLength + change.valueLength;
    let [answer, last] = [Answer.FULL, Number.NaN];
    for (let tries = 0; tries < PATIENCE && size <= this.#bytes; tries++) {
      let serial = 0;
      answer = this.#underLock(() => {
        serial = this.#steps.count(this.#at + this.#serialAt);
        return this.#publishReserved(change, size, write, 0);
      });
      // Another thread may have taken what was free for us. Then it has changed something.
      if (answer !== Answer.FULL || serial === last) break;
      this.#makeRoom();
      last = serial;
    }
    if (answer === Answer.FULL) {
      throw this.#full(key === undefined ? 'the value' : `the value for key ${nameOfKey(key)}`);
    }
    try {
      this.#drive();
    } catch {}
    return answer === Answer.DONE_AND_POLL ? Answer.DONE : answer;
  }

  #publishReserved(change: Change, size: number, write: (place: number) => void, crowded: 0 | typeof CROWDED): Answer {
    const block = this.#steps.reserve(this.#at, size) >>> 0;
    if (block === 0) return Answer.FULL;
    write(block + this.#payload);
    const answer = this.#take(change, block, 1, crowded);
    if (answer === Answer.DONE || answer === Answer.DONE_AND_POLL) return answer;
    this.#steps.recover(this.#at); // frees the block; and `grow` reserves one itself
    if (answer !== Answer.GROW) return answer;
    if (crowded !== 0) return Answer.FULL;
    const isGrown = this.#steps.grow(this.#at) === 1;
    return this.#publishReserved(change, size, write, isGrown ? 0 : CROWDED);
  }

  /**
   * Waits for the lock, and completes or undoes what its holder before has left. Where the lock is this thread's own
   * already, a vm timeout has ended a step of ours: nothing that we call under the lock asks for it again.
   */
  #underLock<T>(step: () => T): T {
    requireStack();
    if (!this.#lock.isHeldByThisThread()) this.#lock.acquire();
    try {
      this.#steps.recover(this.#at);
      return step();
    } finally {
      this.#lock.release();
    }
  }

  /**
   * Drives the grace period that retired records wait for, as far as it goes. The caller has made a change, and must
   * not fail any more. So it catches what this throws at the end of the stack, or where the kernel refuses a barrier.
   * If no grace period can end, #makeRoom() throws why, once memory runs out.
   */
  #drive(): void {
    this.#table.rest();
    this.#cookie ??= this.#domain.startPoll();
    if (this.#domain.poll(this.#cookie)) this.#cookie = undefined;
  }

  /**
   * Waits for grace periods until all that was retired before is free. Without the lock. A stall is published to the
   * user's code meanwhile, which may use the scratch. Does not wait where this thread would wait for itself.
   */
  #makeRoom(): void {
    const restore = this.#scratch.save();
    const reclaim = () => this.#underLock(() => this.#steps.reclaimAll(this.#at));
    try {
      for (let batches = 0; batches < 2; batches++) {
        if (reclaim() === 1 && this.#table.mayWait) this.#table.waitBy(() => this.#domain[waitSync]());
      }
    } catch (error) {
      // In a section of this thread it would wait for itself.
      if (!(error instanceof RcuError) || error.code !== 'ERR_RCU_INSIDE') throw error;
    }
    this.#table.checkNotDisposed(); // a stall's subscriber may have done that
    restore();
    reclaim();
  }

  #full(what: string): CollectionError {
    const advice = this.#table.mayWait
      ? 'Create the collection with a larger maxBytes, or delete keys'
      : 'This callback is inside read() or has a view(), so values that were replaced cannot be freed before it ' +
        'returns. Change the collection in another callback, or create it with a larger maxBytes';
    const where = `the collection is full (${this.#bytes} bytes)`;
    const message = `No room for ${what}: ${where}. Nothing was changed. ${advice}`;
    return new CollectionError('ERR_COLLECTION_FULL', message);
  }
}
