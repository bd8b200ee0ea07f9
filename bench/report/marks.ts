/** What the charts that have a line for each row have in common: units, scales, and marks. */
import * as Plot from '../libraries/plot.js';
import { figureIn, short } from './format.js';
import { type Drawn, type Scale, unscaled } from './row-chart.js';
import type { Unit } from './schema.js';

export interface Chart extends Drawn {
  readonly what: string;
  /** What its marks mean. */
  readonly key: readonly string[];
}

export function byUnit<Row extends { unit: Unit }>(rows: readonly Row[]): Row[][] {
  const units = [...new Set(rows.map(({ unit }) => unit))];
  return units.map((unit) => rows.filter((row) => row.unit === unit));
}

/** Short vertical lines. */
export function uprights<Row extends { y: number }>(
  rows: readonly Row[],
  x: (row: Row) => number,
  stroke: (row: Row) => string,
): Plot.Markish {
  const [y1, y2] = [unscaled<Row>(({ y }) => y - 8), unscaled<Row>(({ y }) => y + 8)];
  return Plot.link(rows, { x1: x, x2: x, y1, y2, stroke, strokeWidth: 1.5 });
}

export const inPlace = unscaled<{ y: number }>(({ y }) => y);

export const shownUnits: Record<Unit, string> = {
  ns: ' ns',
  us: ' µs',
  ms: ' ms',
  times: '×',
  reads: ' reads',
  interrupts: '',
  barriers: ' barriers',
  percent: ' %',
};

export function shownIn(unit: Unit): (value: number) => string {
  return (value) => `${figureIn(unit)(value)}${shownUnits[unit]}`;
}

export function ticksIn(unit: Unit): (value: number) => string {
  return (value) => (value === 0 ? '0' : `${short(value)}${shownUnits[unit]}`);
}

export function linear(points: readonly number[], reference?: number): Scale {
  const all = reference === undefined ? points : [...points, reference];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return { type: 'linear', domain: low === high ? [low, low + 1] : [low, high], reference };
}

export function logarithmic(points: readonly number[]): Scale {
  return { type: 'log', domain: [Math.min(...points), Math.max(...points)], reference: undefined };
}
