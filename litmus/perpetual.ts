/**
 * Store buffering without synchronized rounds, so that barriers meet context switches by chance. Both sides run on and
 * on. The light side writes i = 1, 2, 3 ... and the heavy one j = 1, 2, 3 ...; their accesses are matched afterwards.
 * More threads run than there are CPUs, and the light side sleeps now and then. So it is switched in and out.
 *
 *     light side                     heavy side
 *     x = i; fence; see y            y = j; fence; see x
 *
 * Suppose the heavy side sees x = i after its j. Then it has not seen the light side's store of i + 1. So the light
 * side must see j after that store, or earlier. (The method is PerpLE's: Melissaris, Markakis, Shaw, Martonosi, MICRO
 * 2020.)
 */
import type { Side } from './sides.js';

/** What became of a store of the heavy side; `forbidden`: neither side saw the other. */
export const perpetualOutcomes = ['running', 'asleep', 'waking up', 'going to sleep', 'neither'] as const;
const NEITHER = 4;

const X = 0;
const Y = 32;
/** How often the light side has gone to sleep or woken up: odd while it sleeps. */
const PHASE = 64;
const NEVER = 96;
/** What the light side has come to: started, and done. */
const STATE = 128;
const STARTED = 1;
const DONE = 2;
const FIRST_SEEN = 160;

/** In milliseconds: long enough to be switched out. */
const SLEEP_TIMEOUT = 0.05;
/** Iterations between two naps, 10 to 100 microseconds. */
const AWAKE = { least: 2000, spread: 30_000 };

/** The stores of the heavy side in one run. */
const STORES = 2 ** 20;
/** In the place of j: no more will come. */
const END = -1;

export const PERPETUAL_WORDS = FIRST_SEEN + STORES + 1;

export function runPerpetualLightSide({ words, fence }: Side): void {
  const firstSeen = words.subarray(FIRST_SEEN);
  tell(words, STARTED);
  let last = 0;
  let phase = 0;
  let untilNap = AWAKE.least;
  for (let i = 1; ; i = (i + 1) | 0) {
    words[X] = i;
    fence();
    const y = words[Y] as number;
    if (y !== last) {
      firstSeen.fill(i, last + 1, y === END ? STORES + 1 : y + 1);
      if (y === END) break;
      last = y;
    }
    if (--untilNap === 0) {
      Atomics.store(words, PHASE, ++phase);
      Atomics.wait(words, NEVER, 0, SLEEP_TIMEOUT);
      Atomics.store(words, PHASE, ++phase);
      untilNap = AWAKE.least + ((i >>> 0) % AWAKE.spread);
    }
  }
  tell(words, DONE);
}

function tell(words: Int32Array, state: number): void {
  Atomics.store(words, STATE, state);
  Atomics.notify(words, STATE);
}

export function runPerpetualHeavySide({ words, fence }: Side, milliseconds: number): number[] {
  const saw = new Int32Array(STORES + 1);
  const met = new Uint8Array(STORES + 1);
  Atomics.wait(words, STATE, 0);
  const end = performance.now() + milliseconds;
  let j = 1;
  for (; j <= STORES; j++) {
    const before = Atomics.load(words, PHASE);
    words[Y] = j;
    fence();
    saw[j] = words[X] as number;
    met[j] = meetingOf(before, Atomics.load(words, PHASE));
    if (j % 64 === 0 && performance.now() > end) break;
  }
  Atomics.store(words, Y, END);
  Atomics.wait(words, STATE, STARTED);
  return tallyOf(words.subarray(FIRST_SEEN), saw, met, Math.min(j, STORES));
}

/** An index of `perpetualOutcomes`. */
function meetingOf(before: number, after: number): number {
  const asleep = before & 1;
  return before === after ? asleep : asleep ? 2 : 3;
}

function tallyOf(firstSeen: Int32Array, saw: Int32Array, met: Uint8Array, stores: number): number[] {
  const tally = perpetualOutcomes.map(() => 0);
  for (let j = 1; j <= stores; j++) {
    // The difference, since i wraps around.
    const late = (((firstSeen[j] as number) - (saw[j] as number)) | 0) > 1;
    const outcome = late ? NEITHER : (met[j] as number);
    tally[outcome] = (tally[outcome] as number) + 1;
  }
  return tally;
}
