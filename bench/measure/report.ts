/**
 * How a benchmark says what it found: a line of JSON for each table, as soon as it is there, so that an interruption
 * loses nothing that was measured. bench/run.ts reads them.
 */
import { writeSync } from 'node:fs';
import type { Comparison, Figures, Row, Samples, Section, Table, Unit } from '../report/schema.js';
import { summarize } from './samples.js';

/** Not stdout, which a module that NODE_OPTIONS loads may use. */
export const REPORT_FD = 3;

export type Line = { readonly table: Table } | { readonly missing: Section['missing'][number] };

/** `below` are rows that belong to this one: their ids come after its own. */
export function row(
  id: string,
  label: string,
  unit: Unit,
  samples: readonly number[],
  ...below: readonly Row<Samples>[]
): Row<Samples>[] {
  const own = { id, label, figures: { unit, count: samples.length, ...summarize(samples) } };
  return [own, ...below.map((one) => ({ id: `${id}/${one.id}`, label: one.label, figures: one.figures }))];
}

interface Heading {
  readonly id: string;
  readonly title: string;
  readonly notes?: readonly string[];
}

export function reportSamples(heading: Heading, rows: readonly Row<Samples>[]): void {
  const found = finite(rows);
  if (found.length === 0) reportMissing(heading.title, 'no sample is of use');
  else write({ table: { kind: 'samples', ...withNotes(heading), rows: withHeadings(found) } });
}

export function reportComparison(heading: Heading, rows: readonly Row<Comparison>[]): void {
  write({ table: { kind: 'comparison', ...withNotes(heading), rows: withHeadings(finite(rows)) } });
}

/** Without rows that have no samples, and those of which a figure is none: JSON has neither NaN nor infinity. */
function finite<Of extends Figures>(rows: readonly Row<Of>[]): Row<Of>[] {
  return rows.filter(({ label, figures }) => {
    const isWhole = Object.values(figures).every((one) => typeof one !== 'number' || Number.isFinite(one));
    if (!isWhole && !('count' in figures && figures.count === 0)) reportMissing(label, 'a sample is no finite number');
    return isWhole;
  });
}

function withNotes({ id, title, notes = [] }: Heading) {
  return { id, title, notes: [...notes] };
}

/** Where no row is what others belong to, the last word of its id is a heading. */
function withHeadings<Of extends Figures>(rows: readonly Row<Of>[]): Row<Of | null>[] {
  const known = new Set(rows.map(({ id }) => id));
  return rows.flatMap((row) => {
    const words = row.id.split('/');
    const above = words.slice(0, -1).map((label, i) => ({ id: words.slice(0, i + 1).join('/'), label, figures: null }));
    const fresh = above.filter(({ id }) => !known.has(id));
    for (const { id } of fresh) known.add(id);
    return [...fresh, row];
  });
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

function write(line: Line): void {
  writeSync(REPORT_FD, `${JSON.stringify(line)}\n`);
}
