/** Charts of samples: what a row's median is, how they spread, and what was asked for. */
import * as Plot from '../libraries/plot.js';
import { fullNameOf, plural } from './format.js';
import { byUnit, type Chart, inPlace, linear, logarithmic, shownIn, shownUnits, ticksIn, uprights } from './marks.js';
import { type ChartRow, drawRows, type Placed, type Scale } from './row-chart.js';
import type { Distribution, Unit } from './schema.js';

export function distributionCharts(table: { title: string; rows: Distribution[] }): Chart[] {
  return alike(table.rows).map((rows) => distributionChart(table, rows));
}

/**
 * Rows that one scale suits: of one unit; what they cost, or what they differ by; without what a logarithmic scale
 * cannot show.
 */
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

function distributionChart(table: { title: string; rows: Distribution[] }, rows: readonly Distribution[]): Chart {
  const { unit } = rows[0] as Distribution;
  const derived = rows.every((row) => isDerived(row, table.rows));
  const points = rows.flatMap(({ median, p10, p90, limit, p99 }) => [median, p10, p90, ...limitPoints(limit, p99)]);
  const log = Math.min(...points) > 0 && spansDecades(rows);
  const scale = log ? logarithmic(points) : scaleOf(unit, derived || rows.length === 1, points);
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

/**
 * Ratios are seen against 1, differences and what stands alone against 0; others too, unless that would press them
 * together.
 */
function scaleOf(unit: Unit, always: boolean, points: readonly number[]): Scale {
  const reference = unit === 'times' ? 1 : 0;
  const apart = Math.min(...points) < Math.max(...points) / 2;
  return unit === 'times' || always || apart ? linear(points, reference) : { ...linear(points), reference: undefined };
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
