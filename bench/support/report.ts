/** How a benchmark prints what it found: median and spread, and beside it the figure that was asked for. */
import { renderTable } from '../../lib/cli/table.js';
import { type Summary, summarize } from './samples.js';

export interface Row {
  readonly what: string;
  readonly unit: 'ns' | 'us' | 'ms' | 'times';
  readonly samples: readonly number[];
  /** The most that the named statistic may be. */
  readonly limit?: readonly [statistic: keyof Summary, most: number];
}

/** A limit, if there is one, is one of the median. */
export function row(what: string, unit: Row['unit'], samples: readonly number[], most?: number): Row {
  return most === undefined ? { what, unit, samples } : { what, unit, samples, limit: ['median', most] };
}

export function printRows(title: string, rows: readonly Row[]): void {
  const header = [title, 'median', 'p10', 'p90', 'p99', 'asked for'];
  console.log(`\n${renderTable([header, ...rows.map(cells)])}`);
}

const decimals = { ns: 1, us: 3, ms: 3, times: 3 };

function cells({ what, unit, samples, limit }: Row): string[] {
  const summary = summarize(samples);
  const show = (value: number) =>
    `${value.toFixed(unit === 'ns' && Math.abs(value) < 10 ? 2 : decimals[unit])} ${unit}`;
  const statistics = (['median', 'p10', 'p90', 'p99'] as const).map((name) => show(summary[name]));
  if (limit === undefined) return [what, ...statistics, ''];
  const [statistic, most] = limit;
  return [what, ...statistics, `${statistic} <= ${most} ${unit}: ${summary[statistic] <= most ? 'met' : 'MISSED'}`];
}
