/**
 * A table of a report as columns of text, each kind in a way of its own: the terminal and the page show the same cells.
 */
import {
  askedFor,
  conclusionOf,
  controlOf,
  counted,
  figure,
  figureIn,
  interval,
  percent,
  percentInterval,
  signed,
  signedPercent,
} from './format.js';
import type { Bystander, Comparison, Count, Distribution, Table } from './schema.js';

export interface Column<Row> {
  readonly name: string;
  /** Numbers stand below each other by their last digit, words by their first letter. */
  readonly numeric: boolean;
  readonly cell: (row: Row) => string;
}

export interface Tabulated {
  readonly columns: readonly Pick<Column<never>, 'name' | 'numeric'>[];
  readonly rows: readonly TabulatedRow[];
}

export interface TabulatedRow {
  readonly name: string;
  /** How many rows or headings it stands below. */
  readonly depth: number;
  /** A heading has none: it is what several rows belong to, and no row itself. */
  readonly cells: readonly string[];
}

export function tabulate(table: Table): Tabulated {
  if (table.kind === 'distribution') return withColumns(table.rows, distributionColumns(table.rows));
  if (table.kind === 'comparison') return withColumns(table.rows, comparisonColumns(table.rows));
  if (table.kind === 'count') return withColumns(table.rows, countColumns);
  return withColumns(table.rows, bystanderColumns);
}

function withColumns<Row extends { path: string[] }>(rows: readonly Row[], columns: readonly Column<Row>[]): Tabulated {
  const lines = outline(rows).map(({ name, depth, row }) => ({
    name,
    depth,
    cells: row === undefined ? [] : columns.map(({ cell }) => cell(row)),
  }));
  return { columns, rows: lines };
}

export interface Line<Row> {
  readonly name: string;
  readonly depth: number;
  readonly row: Row | undefined;
}

/** The rows, each below the ones that its path names: where there is no such row above it, below a heading. */
export function outline<Row extends { path: readonly string[] }>(rows: readonly Row[]): Line<Row>[] {
  return rows.flatMap((row, i) => {
    const above = rows[i - 1]?.path ?? [];
    const shared = row.path.findIndex((name, depth) => above[depth] !== name);
    const own = row.path.length - 1;
    const headings = row.path.slice(0, own).map((name, depth) => ({ name, depth, row: undefined }));
    const fresh = shared === -1 ? [] : headings.slice(shared);
    return [...fresh, { name: row.path[own] as string, depth: own, row }];
  });
}

function numbers<Row>(name: string, cell: (row: Row) => string): Column<Row> {
  return { name, numeric: true, cell };
}

function words<Row>(name: string, cell: (row: Row) => string): Column<Row> {
  return { name, numeric: false, cell };
}

function distributionColumns(rows: readonly Distribution[]): Column<Distribution>[] {
  const columns = [
    words<Distribution>('unit', ({ unit }) => unit),
    ...(['median', 'p10', 'p90', 'p99'] as const).map((name) =>
      numbers<Distribution>(name, (row) => figureIn(row.unit)(row[name])),
    ),
  ];
  return rows.some(({ limit }) => limit !== undefined) ? [...columns, words('asked for', askedFor)] : columns;
}

function comparisonColumns(rows: readonly Comparison[]): Column<Comparison>[] {
  const levels = new Set(rows.map(({ confidence }) => confidence));
  const level = levels.size === 1 ? `${percent([...levels][0] as number)} ` : '';
  return [
    words('unit', ({ unit }) => unit),
    numbers('base', ({ base }) => figure(base)),
    numbers('difference', ({ difference }) => signed(difference)),
    numbers(`${level}interval`, ({ low, high }) => interval(low, high)),
    numbers('of base', ({ base, difference }) => (base === 0 ? '-' : signedPercent(difference / base))),
    numbers(`${level}interval`, ({ base, low, high }) => (base === 0 ? '-' : percentInterval(low / base, high / base))),
    words('conclusion', (row) => [conclusionOf(row), ...controlOf(row)].join('; ')),
  ];
}

const countColumns: Column<Count>[] = [
  words('unit', ({ unit }) => unit),
  numbers('each', ({ each }) => counted(each)),
  numbers('expected', ({ expected }) => counted(expected)),
  words('', ({ met }) => (met ? 'as expected' : 'NOT AS EXPECTED')),
];

const bystanderColumns: Column<Bystander>[] = [
  numbers('barriers/s', ({ barriersPerSecond }) => figure(barriersPerSecond)),
  numbers('throughput', ({ throughput }) => percentOfThroughput(throughput)),
  numbers('p99.9, us', ({ p999 }) => figure(p999 / 1000)),
  numbers('longest pause, us', ({ longest }) => figure(longest / 1000)),
];

/** A tenth of a percent, since what is lost is often less than one. */
export function percentOfThroughput(throughput: number): string {
  return `${(100 * throughput).toFixed(1)} %`;
}
