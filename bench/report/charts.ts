/** A chart for each table of a report, by its kind; the exact figures are in the titles of its marks. */
import * as Plot from '@observablehq/plot';
import {
  conclusionOf,
  counted,
  figure,
  figureIn,
  fullNameOf,
  interval,
  percent,
  percentInterval,
  plural,
  short,
  signed,
  signedPercent,
} from './format.js';
import { type ChartRow, type Drawn, drawRows, type Placed, type Scale, unscaled } from './row-chart.js';
import type { Comparison, Count, Distribution, Table, Unit } from './schema.js';

export interface Chart extends Drawn {
  readonly what: string;
  /** What its marks mean. */
  readonly key: readonly string[];
}

export function chartsOf(table: Exclude<Table, { kind: 'bystander' }>): Chart[] {
  if (table.kind === 'distribution') return alike(table.rows).map((rows) => distributionChart(table, rows));
  if (table.kind === 'comparison') return apart(table.rows).map((rows) => comparisonChart(table.title, rows));
  return byUnit(table.rows).map((rows) => countChart(table.title, rows));
}

function byUnit<Row extends { unit: Unit }>(rows: readonly Row[]): Row[][] {
  const units = [...new Set(rows.map(({ unit }) => unit))];
  return units.map((unit) => rows.filter((row) => row.unit === unit));
}

/** Rows that one scale suits: of one unit; what they cost, or what they differ by; without what a logarithmic scale cannot show. */
function alike(rows: readonly Distribution[]): Distribution[][] {
  const kinds = [false, true].flatMap((derived) => byUnit(rows.filter((row) => isDerived(row, rows) === derived)));
  return kinds.flatMap((group) => {
    const positive = group.filter(({ p10 }) => p10 > 0);
    if (!spansDecades(positive)) return [group];
    return [positive, group.filter(({ p10 }) => p10 <= 0)].filter((rows) => rows.length > 0);
  });
}

/** Whether it compares the row that it belongs to with another. */
function isDerived({ path }: Distribution, rows: readonly Distribution[]): boolean {
  const own = path.slice(0, -1).join('\n');
  return path.length > 1 && rows.some((row) => row.path.join('\n') === own);
}

function spansDecades(rows: readonly Distribution[]): boolean {
  if (rows.length === 0) return false;
  return Math.max(...rows.map(({ p90 }) => p90)) > 30 * Math.min(...rows.map(({ p10 }) => p10));
}

/** Controls differ by design, and would squeeze what is of interest. */
function apart(rows: readonly Comparison[]): Comparison[][] {
  const [controls, others] = [true, false].map((is) => rows.filter(({ control }) => (control !== undefined) === is));
  return [...byUnit(others ?? []), ...byUnit(controls ?? [])];
}

function distributionChart(table: { title: string; rows: Distribution[] }, rows: readonly Distribution[]): Chart {
  const { unit } = rows[0] as Distribution;
  const derived = rows.every((row) => isDerived(row, table.rows));
  const points = rows.flatMap(({ p10, p90, limit, p99 }) => [p10, p90, ...limitPoints(limit, p99)]);
  const log = Math.min(...points) > 0 && spansDecades(rows);
  const scale = log ? logarithmic(points) : scaleOf(unit, derived, points);
  const drawn = drawRows({
    rows: rows.map((row) => ({
      ...row,
      value: shownIn(unit)(row.median),
      note: asked(row),
      wrong: row.limit?.met === false,
      title: distributionTitle(row),
    })),
    label: `${table.title}: median and spread of each row`,
    scale,
    tick: ticksIn(unit),
    marks: (placed) => [
      Plot.ruleY(placed, { x1: 'p10', x2: 'p90', y: inPlace, stroke: 'var(--spread)', strokeWidth: 5 }),
      ...limitMarks(placed),
      Plot.dot(placed, { x: 'median', y: inPlace, r: 4, fill: 'var(--accent)', className: 'row-mark' }),
    ],
  });
  const what = unit === 'times' ? 'ratios' : derived ? 'differences' : '';
  return { what, key: distributionKey(rows, scale), ...drawn };
}

function limitPoints(limit: Distribution['limit'], p99: number): number[] {
  if (limit === undefined) return [];
  return limit.statistic === 'p99' ? [limit.most, p99] : [limit.most];
}

/** Ratios are seen against 1, differences against 0; costs too, unless that would press several of them together. */
function scaleOf(unit: Unit, derived: boolean, points: readonly number[]): Scale {
  const reference = unit === 'times' ? 1 : 0;
  const apart = unit === 'times' || derived || points.length === 2 || Math.min(...points) < Math.max(...points) / 2;
  return apart ? linear(points, reference) : { ...linear(points), reference: undefined };
}

/** Of the median, or of the 99th percentile, which then is drawn too. */
function limitMarks(placed: readonly Placed<ChartRow & Distribution>[]): Plot.Markish[] {
  const limited = placed.flatMap(({ limit, y, p99 }) => (limit === undefined ? [] : [{ ...limit, y, p99 }]));
  const stroke = ({ met }: { met: boolean }) => (met ? 'var(--muted)' : 'var(--wrong)');
  return [
    uprights(limited, ({ most }) => most, stroke),
    Plot.dot(
      limited.filter(({ statistic }) => statistic === 'p99'),
      { x: 'p99', y: inPlace, r: 3.5, fill: 'var(--page)', stroke, strokeWidth: 1.5 },
    ),
  ];
}

/** Short vertical lines. */
function uprights<Row extends { y: number }>(
  rows: readonly Row[],
  x: (row: Row) => number,
  stroke: (row: Row) => string,
): Plot.Markish {
  const [y1, y2] = [unscaled<Row>(({ y }) => y - 8), unscaled<Row>(({ y }) => y + 8)];
  return Plot.link(rows, { x1: x, x2: x, y1, y2, stroke, strokeWidth: 1.5 });
}

const inPlace = unscaled<{ y: number }>(({ y }) => y);

function asked({ limit, unit }: Distribution): string {
  if (limit === undefined) return '';
  const statistic = limit.statistic === 'median' ? '' : `${limit.statistic} `;
  return `asked for ${statistic}≤ ${limit.most.toLocaleString('en-US')}${shownUnits[unit]}: ${limit.met ? 'met' : 'missed'}`;
}

function distributionKey(rows: readonly Distribution[], { type, reference }: Scale): string[] {
  const statistics = rows.flatMap(({ limit }) => limit?.statistic ?? []);
  return [
    'dot: median',
    'bar: from the 10th to the 90th percentile',
    ...(statistics.length > 0 ? ['upright line: what was asked for'] : []),
    ...(statistics.includes('p99') ? ['ring: the 99th percentile'] : []),
    ...(type === 'log' ? ['logarithmic scale'] : reference === undefined ? ['the scale does not begin at zero'] : []),
  ];
}

function distributionTitle(row: Distribution): string {
  const show = shownIn(row.unit);
  const { median, p10, p90, p99, count } = row;
  const lines = [`median ${show(median)}`, `p10 ${show(p10)}, p90 ${show(p90)}, p99 ${show(p99)}`];
  return [fullNameOf(row), ...lines, ...(row.limit ? [asked(row)] : []), plural(count, 'sample')].join('\n');
}

function comparisonChart(title: string, rows: readonly Comparison[]): Chart {
  const { unit, control } = rows[0] as Comparison;
  const found = ({ conclusion }: Comparison) => conclusion !== 'no difference found';
  const drawn = drawRows({
    rows: rows.map((row) => ({
      ...row,
      value: `${signed(row.difference)}${shownUnits[unit]}`,
      note: comparisonNote(row),
      wrong: row.control?.met === false,
      title: comparisonTitle(row),
    })),
    label: `${title}: difference and its interval, for each ${control ? 'control' : 'row'}`,
    scale: linear(
      rows.flatMap(({ low, high }) => [low, high]),
      0,
    ),
    tick: ticksIn(unit),
    marks: (placed) => [
      Plot.ruleY(placed, {
        x1: 'low',
        x2: 'high',
        y: inPlace,
        stroke: (row) => (found(row) ? 'var(--accent)' : 'var(--muted)'),
        strokeWidth: 2,
      }),
      Plot.dot(placed, {
        x: 'difference',
        y: inPlace,
        r: 4,
        fill: (row) => (found(row) ? 'var(--accent)' : 'var(--page)'),
        stroke: (row) => (found(row) ? 'var(--accent)' : 'var(--muted)'),
        strokeWidth: 1.5,
        className: 'row-mark',
      }),
    ],
  });
  const what = control ? 'controls, of which the outcome is known before' : 'differences';
  return { what, key: ['dot and line: the difference, and where it may lie', 'filled: one was found'], ...drawn };
}

function comparisonNote(row: Comparison): string {
  const { base, difference, control } = row;
  const relative =
    base === 0 || row.conclusion === 'no difference found' ? '' : ` by ${percent(Math.abs(difference / base))}`;
  const outcome = `${conclusionOf(row)}${relative}`;
  if (control === undefined) return outcome;
  return control.met ? `${outcome}, as it must` : `${outcome}, not as it must: ${control.expected}`;
}

function comparisonTitle(row: Comparison): string {
  const { base, difference, low, high, unit, confidence, pairs } = row;
  const relative =
    base === 0 ? [] : [`${signedPercent(difference / base)} (${percentInterval(low / base, high / base)})`];
  return [
    fullNameOf(row),
    `${signed(difference)} (${interval(low, high)})${shownUnits[unit]}, to ${figure(base)}${shownUnits[unit]}`,
    ...relative,
    `${percent(confidence)} interval, ${plural(pairs, 'pair')}`,
  ].join('\n');
}

function countChart(title: string, rows: readonly Count[]): Chart {
  const { unit } = rows[0] as Count;
  const drawn = drawRows({
    rows: rows.map((row) => ({
      ...row,
      value: counted(row.each),
      note: row.met ? `expected ${counted(row.expected)}` : `not the expected ${counted(row.expected)}`,
      wrong: !row.met,
      title: `${fullNameOf(row)}\n${row.each} ${unit} each, expected ${row.expected}`,
    })),
    label: `${title}: counted and expected ${unit} of each row`,
    scale: linear(
      rows.flatMap(({ each, expected }) => [each, expected]),
      0,
    ),
    tick: ticksIn(unit),
    marks: (placed) => [
      uprights(
        placed,
        ({ expected }) => expected,
        ({ wrong }) => (wrong ? 'var(--wrong)' : 'var(--muted)'),
      ),
      Plot.dot(placed, {
        x: 'each',
        y: inPlace,
        r: 4,
        fill: ({ wrong }) => (wrong ? 'var(--wrong)' : 'var(--accent)'),
        className: 'row-mark',
      }),
    ],
  });
  return { what: `${unit} for each`, key: ['dot: counted', 'upright line: expected'], ...drawn };
}

const shownUnits: Record<Unit, string> = { ns: ' ns', us: ' µs', ms: ' ms', times: '×', interrupts: '' };

function shownIn(unit: Unit): (value: number) => string {
  return (value) => `${figureIn(unit)(value)}${shownUnits[unit]}`;
}

function ticksIn(unit: Unit): (value: number) => string {
  return (value) => (value === 0 ? '0' : `${short(value)}${shownUnits[unit]}`);
}

function linear(points: readonly number[], reference?: number): Scale {
  const all = reference === undefined ? points : [...points, reference];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return { type: 'linear', domain: low === high ? [low, low + 1] : [low, high], reference };
}

function logarithmic(points: readonly number[]): Scale {
  return { type: 'log', domain: [Math.min(...points), Math.max(...points)], reference: undefined };
}
