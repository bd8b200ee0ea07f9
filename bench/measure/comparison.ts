/**
 * Two arms, compared in pairs: is there a difference, and how large may it be? The median of the paired differences,
 * with an interval that holds whatever the distribution of the samples: order statistics, whose ranks follow from the
 * binomial distribution. (Conover, Practical Nonparametric Statistics: confidence interval for a quantile.)
 */

import { binomialDistribution, median } from '../libraries/simple-statistics.js';
import type { Comparison, Conclusion, Row, Unit } from '../report/schema.js';

/** That the intervals of a table hold, all at once. */
export const CONFIDENCE = 0.95;

export interface Pairs {
  readonly id: string;
  readonly label: string;
  readonly unit: Unit;
  /** The samples of the arm that it is compared with, and the differences from them. */
  readonly base: readonly number[];
  readonly differences: readonly number[];
  /** What must come out, if that is known. */
  readonly control?: Conclusion;
}

/** A table's comparisons share the chance of an error (Bonferroni). */
export function compareAll(rows: readonly Pairs[]): Row<Comparison>[] {
  const each = 1 - (1 - CONFIDENCE) / rows.length;
  return rows.map(({ id, label, ...pairs }) => ({ id, label, figures: compare(pairs, each) }));
}

/** So many pairs can bear a statement of this confidence at all. */
export function pairsNeeded(rows: number): number {
  return 1 + Math.ceil(Math.log2(rows / (1 - CONFIDENCE)));
}

function compare({ unit, base, differences, control }: Omit<Pairs, 'id' | 'label'>, confidence: number): Comparison {
  const { low, high } = medianInterval(differences, confidence);
  return {
    unit,
    base: median([...base]),
    difference: median([...differences]),
    low,
    high,
    confidence: CONFIDENCE,
    pairs: differences.length,
    conclusion: low > 0 ? 'costs more' : high < 0 ? 'costs less' : 'no difference found',
    ...(control === undefined ? {} : { control }),
  };
}

/** Where the median of what the samples are drawn from lies. Throws where there are too few. */
export function medianInterval(samples: readonly number[], confidence: number): { low: number; high: number } {
  if (!samples.every(Number.isFinite)) throw new Error('a difference of two samples is no number');
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = lowestRank(sorted.length, (1 - confidence) / 2);
  if (rank < 1) throw new Error(`${samples.length} pairs are too few for an interval of confidence ${confidence}`);
  return { low: sorted[rank - 1] as number, high: sorted[sorted.length - rank] as number };
}

/** The highest rank, counted from 1, below which the median lies with this probability at most; 0 if there is none. */
function lowestRank(count: number, probability: number): number {
  let below = 0;
  let rank = 0;
  for (const chance of binomialDistribution(count, 0.5) ?? []) {
    below += chance;
    if (below > probability) break;
    rank++;
  }
  return rank;
}
