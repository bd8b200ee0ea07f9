/**
 * What the threads of the map's torture test share besides the map: for each key, which of its versions have begun, are
 * complete, and have been seen. Versions of a key are written by one seat, one after the other.
 */
import type { SeatTask } from '../crew.js';

/** Keys with versions, in all seats together. A few, so that threads meet. */
export const KEYS = 64;

/** For each key, as so many words. */
enum Column {
  /** The last version whose change has begun, and the last one whose change has returned. */
  BEGUN = 0,
  COMPLETE = 1,
  /** The last one that some reader has seen: it has told all others by this word. */
  SEEN = 2,
  /** Versions up to this one have been cleared away. */
  CLEARED = 3,
  /** How many clear() had returned when the last complete version began: later ones may have cleared it. */
  CLEARS = 4,
}

const COLUMNS = 5;

/** The words after the columns: how many clear() have begun, and have returned. */
const CLEARS_BEGUN = KEYS * COLUMNS;
const CLEARS_COMPLETE = CLEARS_BEGUN + 1;

/** Every seventh version deletes the key. */
export function isDeletion(version: number): boolean {
  return version % 7 === 0;
}

export function createVersions(): Int32Array {
  return new Int32Array(new SharedArrayBuffer((CLEARS_COMPLETE + 1) * Int32Array.BYTES_PER_ELEMENT));
}

export interface Versions {
  /** Calls `change` with the version that comes next. */
  change(key: number, change: (version: number) => void): void;
  /** The thread that cleared before has died: what it had begun has happened by now, or never will. */
  inherit(): void;
  /** All that is complete is cleared by `clear`. */
  clear(clear: () => void): void;
  /** Calls `read`, which answers the version that it finds, or undefined. Answers what is wrong with that. */
  check(key: number, read: () => number | undefined): string | undefined;
}

export function versionsIn(words: Int32Array): Versions {
  const at = (column: Column, key: number) => column * KEYS + key;
  const load = (column: Column, key: number) => Atomics.load(words, at(column, key));
  const raise = (column: Column, key: number, value: number) => {
    for (let seen = load(column, key); seen < value; ) {
      const found = Atomics.compareExchange(words, at(column, key), seen, value);
      if (found === seen) return;
      seen = found;
    }
  };
  return {
    change(key, change) {
      const version = load(Column.BEGUN, key) + 1;
      const clears = Atomics.load(words, CLEARS_COMPLETE);
      Atomics.store(words, at(Column.BEGUN, key), version);
      change(version);
      Atomics.store(words, at(Column.CLEARS, key), clears);
      Atomics.store(words, at(Column.COMPLETE, key), version);
    },
    inherit() {
      Atomics.store(words, CLEARS_COMPLETE, Atomics.load(words, CLEARS_BEGUN));
    },
    clear(clear) {
      const complete = Array.from({ length: KEYS }, (_, key) => load(Column.COMPLETE, key));
      Atomics.add(words, CLEARS_BEGUN, 1);
      clear();
      for (const [key, version] of complete.entries()) raise(Column.CLEARED, key, version);
      Atomics.store(words, CLEARS_COMPLETE, Atomics.load(words, CLEARS_BEGUN));
    },
    check(key, read) {
      const clears = load(Column.CLEARS, key);
      const complete = load(Column.COMPLETE, key);
      const least = Math.max(complete, load(Column.SEEN, key));
      const cleared = load(Column.CLEARED, key);
      const version = read();
      const most = load(Column.BEGUN, key);
      if (version === undefined) {
        // A version that somebody has seen may be the last one before a deletion.
        for (let deleted = least; deleted <= most; deleted++) if (isDeletion(deleted)) return undefined;
        if (cleared >= least || Atomics.load(words, CLEARS_BEGUN) > clears) return undefined;
        return `key ${key} is missing: its version is ${least} to ${most}`;
      }
      if (version > most) return `key ${key} has version ${version}, and ${most} was the last to begin`;
      if (version < least) return `key ${key} is stale: version ${version}, after ${least} was complete or seen`;
      if (version <= cleared) return `key ${key} has version ${version}, and ${cleared} was cleared`;
      raise(Column.SEEN, key, version);
      return undefined;
    },
  };
}

/** A thread's task. */
export interface MapTask extends SeatTask {
  readonly role: 'reader' | 'writer' | 'clearer';
  readonly handle: unknown;
  readonly codec: CodecName;
  readonly versions: Int32Array;
  /** The keys that a writer has: every one of so many, from its number on. */
  readonly writer: number;
  readonly writers: number;
  readonly seed: number;
}

export const codecNames = ['json', 'string', 'bytes', 'own'] as const;
export type CodecName = (typeof codecNames)[number];

/** A reader's counters, and a writer's: in its row of the board. */
export const READS = 0;
export const ITERATIONS = 1;
export const CHANGES = 2;
export const CLEARINGS = 3;
