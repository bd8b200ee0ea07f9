/**
 * What the threads of the torture test share besides the domain and the rings: words by which they meet, and counters.
 */
import { REUSED } from './ring.js';

/** Words, 128 bytes apart. The two of a pair (pair.ts) have come to a round. */
export const STOP = 0;
export const READER_AT = 32;
export const WRITER_AT = 64;
/** The slot of the pair's reader, an address; and how many its successor is to take. */
export const SLOT = 96;
export const SLOTS = 128;
const WORDS = 160;

/** How writers wait, in rotation. */
export const ways = ['synchronizeSync', 'synchronize', 'callRcu', 'barrier', 'poll'] as const;
export type Way = (typeof ways)[number];

/**
 * The counters of a seat. A reader has sections by the ages that it saw when it ended, a writer the uses of each way.
 */
export const COUNTERS = 16;
export const AGES = REUSED + 1;

export interface Board {
  readonly words: Int32Array;
  /** A row for each seat: a thread, and those that take its place when it has died. */
  readonly counters: Float64Array;
}

export function createBoard(seats: number): Board {
  return {
    words: new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)),
    counters: new Float64Array(new SharedArrayBuffer(seats * COUNTERS * Float64Array.BYTES_PER_ELEMENT)),
  };
}

export function rowOf({ counters }: Board, seat: number): Float64Array {
  return counters.subarray(seat * COUNTERS, (seat + 1) * COUNTERS);
}

export function isStopped({ words }: Board): boolean {
  return Atomics.load(words, STOP) === 1;
}

/** A thread's task. */
export interface Task {
  readonly role: Role;
  readonly seat: number;
  readonly seed: number;
  readonly handle: unknown;
  readonly board: Board;
  /** Of the writer, its own; of a reader, all. */
  readonly rings: readonly Int32Array[];
  readonly cold: Int32Array;
}

export type Role = 'reader' | 'writer' | 'pair-reader' | 'pair-writer';
