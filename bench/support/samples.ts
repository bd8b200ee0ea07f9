/** Samples of several contenders, taken in turns so that a change of the machine's speed meets all of them alike. */
import { median, quantileSorted } from 'simple-statistics';

/** Takes one sample; undefined discards it, and with it its round. */
export type Contender = () => number | undefined;

export interface Rounds<Name extends string> {
  /** Of equal length: the samples at one index were taken one after the other. */
  readonly samples: Record<Name, number[]>;
  readonly discarded: number;
}

/** The first rounds may be left out, as those in which V8 still compiles. */
export function takeTurns<Name extends string>(
  contenders: Record<Name, Contender>,
  rounds: number,
  warmUp = 0,
): Rounds<Name> {
  const names = Object.keys(contenders) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  let discarded = 0;
  for (let round = -warmUp; round < rounds; round++) {
    // Each round starts with another contender, so that none always runs in the wake of the same one.
    const order = names.map((_, i) => names[(i + round + warmUp) % names.length] as Name);
    const taken = order.map((name) => [name, contenders[name]()] as const);
    if (round < 0) continue;
    if (taken.some(([, sample]) => sample === undefined)) discarded++;
    else for (const [name, sample] of taken) samples[name].push(sample as number);
  }
  return { samples, discarded };
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

export interface Summary {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  readonly p99: number;
}

export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    median: median(sorted),
    p10: quantileSorted(sorted, 0.1),
    p90: quantileSorted(sorted, 0.9),
    p99: quantileSorted(sorted, 0.99),
  };
}

/**
 * A sample during which the kernel has taken a CPU away from no thread of this process; otherwise it is taken again. For short
 * ones: on a busy machine no long one is left alone.
 */
export function undisturbed(sample: Contender): Contender {
  return insisting(() => {
    const before = process.resourceUsage().involuntaryContextSwitches;
    const cost = sample();
    return process.resourceUsage().involuntaryContextSwitches === before ? cost : undefined;
  });
}

/** Takes a sample again that is not to be used, ten times at most. */
export function insisting(sample: Contender): Contender {
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
