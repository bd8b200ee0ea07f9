/**
 * How a benchmark says what it found: a line of JSON for each table, as soon as it is there, so that an interruption
 * loses nothing that was measured. bench/run.ts reads them.
 */
import { writeSync } from 'node:fs';
import type { Distribution, Section, Table, Unit } from '../report/schema.js';
import { type Summary, summarize } from './samples.js';

/** Not stdout, which may be used by what NODE_OPTIONS loads into the process. */
export const REPORT_FD = 3;

export type Missing = Section['missing'][number];
export type Line = { readonly table: Table } | { readonly missing: Missing };

export interface Row {
  /** Two spaces in front for each level: it belongs to the nearest row above with fewer. */
  readonly label: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
  /** The most that the named statistic may be. */
  readonly limit?: readonly [statistic: 'median' | 'p99', most: number];
}

/** A limit, if there is one, is one of the median. */
export function row(label: string, unit: Unit, samples: readonly number[], most?: number): Row {
  return most === undefined ? { label, unit, samples } : { label, unit, samples, limit: ['median', most] };
}

/** What the rows that follow, further in, have in common. */
export function group(label: string): Row {
  return { label, unit: 'ns', samples: [] };
}

export function reportTable(table: Table): void {
  write({ table });
}

/** Rows without samples are left out: a group, or a contender that is not there. */
export function reportRows(title: string, rows: readonly Row[], ...notes: string[]): void {
  const paths = pathsOf(rows.map(({ label }) => label));
  const found = rows
    .map((row, i) => distribution(paths[i] as string[], row))
    .filter(({ count, median }) => count > 0 && Number.isFinite(median));
  reportTable({ kind: 'distribution', title, rows: found, notes });
}

export function reportMissing(what: string, why: string): void {
  write({ missing: { what, why } });
}

/** What cannot be measured here is said, with the reason, and does not keep the rest from being measured. */
export async function measuring(what: string, measure: () => void | Promise<void>): Promise<void> {
  try {
    await measure();
  } catch (error) {
    reportMissing(what, (error as Error).message);
  }
}

/** What each of these belongs to, by their indentation, and themselves. */
export function pathsOf(names: readonly string[]): string[][] {
  const above: string[] = [];
  return names.map((name) => {
    const level = (name.length - name.trimStart().length) / 2;
    above.splice(level, above.length, name.trimStart());
    return [...above];
  });
}

function distribution(path: string[], { unit, samples, limit }: Row): Distribution {
  const summary = summarize(samples);
  const found = { path, unit, count: samples.length, ...summary };
  return limit === undefined ? found : { ...found, limit: judge(summary, limit) };
}

function judge(summary: Summary, [statistic, most]: NonNullable<Row['limit']>): NonNullable<Distribution['limit']> {
  return { statistic, most, met: summary[statistic] <= most };
}

function write(line: Line): void {
  writeSync(REPORT_FD, `${JSON.stringify(line)}\n`);
}
