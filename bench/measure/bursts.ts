/** Bursts of hand-overs: those count in which no other thread had the CPU and both sides slept, where there are any. */
import type { Burst } from '../../harness/index.js';
import { median } from '../libraries/simple-statistics.js';
import { difference, paired } from './samples.js';

function isClean({ switches }: Burst): boolean {
  return Math.abs(switches - 1) < 0.02;
}

export function medianOfBursts(bursts: readonly Burst[]): number {
  const clean = bursts.filter(isClean);
  return median((clean.length > 0 ? clean : bursts).map(({ nanoseconds }) => nanoseconds));
}

/** Of bursts that were run one after the other: a pair counts if both do. */
export function medianDifference(own: readonly Burst[], base: readonly Burst[]): number {
  const clean = own.map((burst, i) => isClean(burst) && isClean(base[i] as Burst));
  const times = (bursts: readonly Burst[]) =>
    bursts.filter((_, i) => clean[i] || !clean.includes(true)).map(({ nanoseconds }) => nanoseconds);
  return median(paired(times(own), times(base), difference));
}
