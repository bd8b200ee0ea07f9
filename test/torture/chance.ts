/**
 * All that is random in one thread of the torture test: choices from the thread's seed, and what is done by them. How the threads
 * are scheduled no seed repeats.
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

/** In bytes: more than the caches hold. All threads store here, and nobody loads. */
export const COLD_BYTES = 64 * 2 ** 20;
const COLD_LINES = 50;
/** In words: another page each time, so that not even the address is at hand. */
const COLD_STRIDE = 1024 + 32;

/** Stores to lines that are in no cache: the processor keeps its stores in order, so that those after them become visible late. */
export function createColdStores(cold: Int32Array, { below }: Chance): () => void {
  let at = below(cold.length);
  return () => {
    for (let line = 0; line < COLD_LINES; line++) {
      at = (at + COLD_STRIDE) % cold.length;
      cold[at] = line;
    }
  };
}

export function busy(microseconds: number): void {
  const end = performance.now() + microseconds / 1000;
  while (performance.now() < end);
}

const nowhere = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export function sleep(milliseconds: number): void {
  Atomics.wait(nowhere, 0, 0, milliseconds);
}

/** Mostly nothing; 1 to 10 microseconds; 50 microseconds to a millisecond, which outlasts a grace period; rarely, sleep. */
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
