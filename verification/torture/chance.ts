/**
 * All that is random in one thread of the torture test: choices from the thread's seed, and what is done by them. How
 * the threads are scheduled no seed repeats.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Chance {
  /** An integer from 0 to n - 1. */
  readonly below: (n: number) => number;
  readonly oneIn: (n: number) => boolean;
}

export function createChance(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  const below = (n: number) => (generator.next() >>> 0) % n;
  return { below, oneIn: (n) => below(n) === 0 };
}

/**
 * Memory in no cache, to store to: the processor keeps its stores in order, so that those that follow become visible
 * late.
 */
export interface Cold {
  /** Makes ready: where the pages are is then known to the processor, so that it does not wait before it stores. */
  readonly touch: () => void;
  /** The stores. What follows becomes visible up to a microsecond later than it is done. */
  readonly store: () => void;
}

/** In bytes: more than caches hold. All threads store here, and what they load means nothing. */
const COLD_BYTES = 128 * 2 ** 20;
const PAGES = COLD_BYTES / 4096;
/** In words. */
const PAGE = 1024;
const LINE = 16;
const LINES = PAGE / LINE;
/** So many as a store buffer holds beside other things. */
const STORES = 24;
/** Between the pages that come after each other. */
const STRIDE = 1543;

export function createColdMemory(): Int32Array {
  const words = new Int32Array(new SharedArrayBuffer(COLD_BYTES));
  for (let page = 0; page < PAGES; page++) words[page * PAGE] = 1; // now, and not by a page fault in the middle of it
  return words;
}

export function createCold(words: Int32Array, { below }: Chance): Cold {
  let page = below(PAGES);
  let line = below(LINES);
  let loaded = 0;

  function touch(): void {
    page = (page + STRIDE * STORES) % PAGES;
    line = (line + 7) % LINES;
    for (let i = 0; i < STORES; i++) {
      loaded |= words[((page + STRIDE * i) % PAGES) * PAGE + ((line + LINES / 2) % LINES) * LINE] as number;
    }
  }

  function store(): void {
    for (let i = 0; i < STORES; i++) {
      words[((page + STRIDE * i) % PAGES) * PAGE + ((line + 3 * i) % LINES) * LINE] = loaded;
    }
  }

  return { touch, store };
}

export function busy(microseconds: number): void {
  const end = performance.now() + microseconds / 1000;
  while (performance.now() < end);
}

const nowhere = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export function sleep(milliseconds: number): void {
  Atomics.wait(nowhere, 0, 0, milliseconds);
}

/**
 * Mostly nothing; 1 to 10 microseconds; 50 microseconds to a millisecond, which outlasts a grace period; rarely, sleep.
 */
export function linger({ below, oneIn }: Chance): void {
  if (!oneIn(8)) return;
  if (!oneIn(4)) busy(1 + below(10));
  else if (!oneIn(64)) busy(50 + below(oneIn(8) ? 950 : 100));
  else sleep(1 + below(5));
}

/** Ends this thread, here and now. */
export function die({ oneIn }: Chance): never {
  if (oneIn(2)) throw new Error(ON_PURPOSE);
  process.exit(EXITED);
}

export const ON_PURPOSE = 'on purpose';
export const EXITED = 3;
