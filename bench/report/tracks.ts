/**
 * Rows of a table in groups that one scale suits, with the places of their marks on it: in percent of its width, so
 * that a page can draw them at any.
 */
import { scaleLinear, scaleLog } from '../libraries/d3-scale.js';
import { measuredRows, symbolOf } from './format.js';
import type { Figures, Row, Table, Unit } from './schema.js';

export interface Track {
  /** The rows, and the headings that they stand below. */
  readonly rows: readonly { readonly row: Row; readonly marks: Marks | undefined }[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Where the figures are to be seen against something: zero, or one for ratios. */
  readonly reference: number | undefined;
  readonly isLogarithmic: boolean;
}

export interface Marks {
  readonly low: number;
  readonly high: number;
  readonly middle: number;
  /** What was expected. */
  readonly expected: number | undefined;
  /** Whether it is a difference that was not found. */
  readonly hollow: boolean;
}

type Measured = Row<Figures>;

export function tracksOf({ rows }: Table): Track[] {
  return alike(measuredRows<Figures>(rows)).map((group) => trackOf(group, rows));
}

/** One unit each; what rows cost apart from what they are to others; controls apart, since they differ by design. */
function alike(rows: readonly Measured[]): Measured[][] {
  const groups = new Map<string, Measured[]>();
  for (const row of rows) {
    const isRelation = rows.some(({ id, figures }) => row.id.startsWith(`${id}/`) && figures.unit === row.figures.unit);
    const isControl = 'control' in row.figures;
    const key = JSON.stringify([row.figures.unit, isRelation, isControl]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

function trackOf(group: readonly Measured[], rows: readonly Row[]): Track {
  const points = group.flatMap(({ figures }) => pointsOf(figures).filter((point) => point !== undefined));
  const isLogarithmic = Math.min(...points) > 0 && Math.max(...points) > 30 * Math.min(...points);
  const unit = group[0]?.figures.unit as Unit;
  const reference = isLogarithmic ? undefined : unit === 'times' ? 1 : 0;
  const ends = reference === undefined ? points : [...points, reference];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const scale = (isLogarithmic ? scaleLog() : scaleLinear())
    .domain([low, low === high ? low + 1 : high])
    .range([0, 100]);
  const at = (value: number) => Number(scale(value).toFixed(2));
  const ticks = isLogarithmic ? decades(low, high) : scale.ticks(3);
  const own = new Map(group.map((row) => [row.id, row]));
  return {
    rows: rows
      .filter((row) => own.has(row.id) || group.some(({ id }) => id.startsWith(`${row.id}/`)))
      .map((row) => ({ row, marks: marksOf(own.get(row.id)?.figures, at) })),
    // The unit stands at the last.
    ticks: ticks.map((tick, i) => ({
      at: at(tick),
      text: shortened(tick) + (i === ticks.length - 1 ? symbolOf(unit) : ''),
    })),
    reference: reference === undefined ? undefined : at(reference),
    isLogarithmic,
  };
}

function shortened(tick: number): string {
  return tick.toLocaleString('en-US', {
    notation: Math.abs(tick) < 1e5 ? 'standard' : 'compact',
    maximumSignificantDigits: 6,
  });
}

/** Five powers of ten at most. */
function decades(low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low));
  const all = Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, i) => Number(`1e${first + i}`));
  return all.filter((_, i) => i % Math.ceil(all.length / 5) === 0);
}

function pointsOf(figures: Figures): [low: number, high: number, middle: number, expected: number | undefined] {
  if ('median' in figures) return [figures.p10, figures.p90, figures.median, figures.expected];
  return [figures.low, figures.high, figures.difference, undefined];
}

function marksOf(figures: Figures | undefined, at: (value: number) => number): Marks | undefined {
  if (figures === undefined) return undefined;
  const [low, high, middle, expected] = pointsOf(figures);
  return {
    low: at(low),
    high: at(high),
    middle: at(middle),
    expected: expected === undefined ? undefined : at(expected),
    hollow: 'conclusion' in figures && figures.conclusion === 'no difference found',
  };
}
