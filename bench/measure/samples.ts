/** Samples of several contenders, taken in turns so that a change of the machine's speed meets all of them alike. */

import { compileFunction } from 'node:vm';
import { median, quantileSorted } from '../libraries/simple-statistics.js';
import { byEffort } from './effort.js';

/** Takes one sample; undefined discards it, and with it its round. */
export type Sample = () => number | undefined;

export interface Rounds<Name extends string> {
  /** Of equal length: the samples at one index were taken one after the other. */
  readonly samples: Record<Name, number[]>;
  readonly discarded: number;
}

/** A series of rounds ends when it has taken so many milliseconds, though not before it has MIN_ROUNDS. */
const patience = byEffort(1000, 10_000);
const MIN_ROUNDS = 3;

/** The first rounds may be left out, as those in which V8 still compiles; they take a quarter of the time at most. */
export function interleave<Name extends string>(
  contenders: Record<Name, Sample>,
  rounds: number,
  warmUp = 0,
): Rounds<Name> {
  const names = Object.keys(contenders) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  let discarded = 0;
  let first = 0;
  // Each round starts with another contender, so that none always runs in the wake of the same one.
  const takeRound = () => rotated(names, first++).map((name) => [name, contenders[name]()] as const);
  const start = performance.now();
  const within = (part: number) => performance.now() - start < part * patience;
  for (let round = 0; round < warmUp && within(0.25); round++) takeRound();
  for (let round = 0; round < rounds && (round < MIN_ROUNDS || within(1)); round++) {
    const taken = takeRound();
    if (taken.some(([, sample]) => sample === undefined)) discarded++;
    else for (const [name, sample] of taken) samples[name].push(sample as number);
  }
  return { samples, discarded };
}

/** So that in turns each comes first as often as the others. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  return list.map((_, i) => list[(i + by) % list.length] as T);
}

/** Compares two contenders within each round. */
export function paired(
  a: readonly number[],
  b: readonly number[],
  compare: (a: number, b: number) => number,
): number[] {
  return a.map((value, i) => compare(value, b[i] as number));
}

export const ratio = (a: number, b: number): number => a / b;
export const difference = (a: number, b: number): number => a - b;
/** Of what cannot cost less: where the difference is negative, it is noise. */
export const excess = (a: number, b: number): number => Math.max(0, a - b);

export interface Summary {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  readonly p99: number;
}

/** NaN where there are none. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) return { median: Number.NaN, p10: Number.NaN, p90: Number.NaN, p99: Number.NaN };
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => quantileSorted(sorted, share);
  return { median: median(sorted), p10: at(0.1), p90: at(0.9), p99: at(0.99) };
}

/**
 * A sample during which the kernel has taken a CPU away from no thread of this process; otherwise it is taken again.
 * For short ones: on a busy machine no long one is left alone.
 */
export function withoutPreemption(sample: Sample): Sample {
  return retrying(() => {
    const before = process.resourceUsage().involuntaryContextSwitches;
    const cost = sample();
    return process.resourceUsage().involuntaryContextSwitches === before ? cost : undefined;
  });
}

/** Takes a sample again that is not to be used, ten times at most. */
export function retrying(sample: Sample): Sample {
  return () => {
    let cost = sample();
    for (let attempt = 1; attempt < 10 && cost === undefined; attempt++) cost = sample();
    return cost;
  };
}

/** Nanoseconds per call of `calls` calls. */
export function nanosecondsEach(calls: number, run: (calls: number) => void): number {
  const start = process.hrtime.bigint();
  run(calls);
  return Number(process.hrtime.bigint() - start) / calls;
}

/**
 * A loop of this statement, in which `names` are local constants and `i` counts. As text, so that V8 compiles each loop
 * for what it alone calls: functions of one source share what V8 has learnt of any of them.
 */
export function loopOf(statement: string, names: object = {}): (times: number) => void {
  const constants = `const { ${Object.keys(names).join(', ')} } = names;`;
  const body = `${constants} for (let i = 0; i < times; i++) { ${statement} }`;
  const run = compileFunction(body, ['names', 'times']) as (names: object, times: number) => void;
  return (times) => run(names, times);
}

/** A sample of such a loop: nanoseconds for each of `calls` turns. */
export function timed(calls: number, statement: string, names: object = {}): () => number {
  const run = loopOf(statement, names);
  return () => nanosecondsEach(calls, run);
}
