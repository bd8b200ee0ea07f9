/**
 * How the two threads of a pair come together, once per iteration, and tell each other what they saw in the last one.
 *
 * Each has a word that only it writes: the iteration it has come to, and what it saw in the two before. Two, since it
 * may have come to the next iteration by the time that the other looks, though no further. All accesses are Atomics, so
 * that one iteration's accesses do not mix with the next one's.
 */
import type { Body } from './sides.js';

/** Words of shared memory, 128 bytes apart. */
const LIGHT_SIDE = 0;
const HEAVY_SIDE = 32;
const STOP = 64;
export const LOCKSTEP_WORDS = 96;

/** After so many looks (a tenth of a millisecond) a thread naps, in milliseconds: the other one may need this CPU. */
const SPINS = 20_000;
const SLEEP_TIMEOUT = 0.05;

/**
 * Comes to iteration k with the bits that this side saw in k - 1, waits for the other side, and answers the other's.
 */
type Come = (k: number, seen: number) => number;

function stepper(words: Int32Array, mine: number, theirs: number): Come {
  let seenBefore = 0;
  return (k, seen) => {
    Atomics.store(words, mine, (k << 4) | (seenBefore << 2) | seen);
    seenBefore = seen;
    for (let spin = 0; ; spin++) {
      const word = Atomics.load(words, theirs);
      if (word >> 4 === k) return word & 3;
      if (word >> 4 > k) return (word >> 2) & 3;
      if (spin > SPINS) Atomics.wait(words, theirs, word, SLEEP_TIMEOUT);
    }
  };
}

/** Iterations that a word can count. */
const MOST = 2 ** 27 - 1;

export function lightSideInLockstep(words: Int32Array, body: Body): void {
  const come = stepper(words, LIGHT_SIDE, HEAVY_SIDE);
  let seen = 0;
  for (let k = 1; ; k++) {
    come(k, seen);
    if (Atomics.load(words, STOP) === k) return;
    seen = body(k);
  }
}

/**
 * Ends the run when the time is up, and answers how often each outcome was seen: the light side's bits + 4 * the heavy
 * side's.
 */
export function heavySideInLockstep(words: Int32Array, body: Body, milliseconds: number): number[] {
  const come = stepper(words, HEAVY_SIDE, LIGHT_SIDE);
  const tally = Array.from({ length: 16 }, () => 0);
  const end = performance.now() + milliseconds;
  let seen = 0;
  for (let k = 1; ; k++) {
    const over = k === MOST || (k > 1 && performance.now() > end);
    if (over) Atomics.store(words, STOP, k);
    const index = come(k, seen) + 4 * seen;
    if (k > 1) tally[index] = (tally[index] as number) + 1;
    if (over) return tally;
    seen = body(k);
  }
}
