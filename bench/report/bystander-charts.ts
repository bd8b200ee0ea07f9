/**
 * What barriers cost a thread beside the one that issues them, against their rate: small multiples, one for each such
 * thread.
 */
import * as Plot from '../libraries/plot.js';
import { figure, plural, short } from './format.js';
import { halo, plotted, widthOf } from './row-chart.js';
import type { Bystander } from './schema.js';
import { percentOfThroughput } from './tabulate.js';

export interface Multiples {
  /** How to read them. */
  readonly caption: string;
  readonly panels: readonly { readonly name: string; readonly svg: string }[];
}

interface Series {
  readonly name: string;
  readonly rows: readonly Bystander[];
}

export function bystanderCharts(title: string, rows: readonly Bystander[]): Multiples[] {
  const series = seriesOf(rows);
  const rates = rows.map(({ barriersPerSecond }) => barriersPerSecond);
  const most = Math.max(1, ...rows.map(({ throughput }) => throughput));
  const pauses = rows.flatMap(({ p999, longest }) => [p999, longest]).map((pause) => pause / 1000);
  const panels = (draw: (series: Series) => string) => series.map((one) => ({ name: one.name, svg: draw(one) }));
  return [
    {
      caption: 'throughput, to that without barriers, against barriers per second',
      panels: panels((one) => throughputPanel(title, one, rates, most)),
    },
    {
      caption:
        'pauses in µs, against barriers per second; filled: the longest; ring: the 99.9th percentile; logarithmic scales',
      panels: panels((one) => pausePanel(title, one, rates, pauses)),
    },
  ];
}

/** The last word of a path is the rate's; what precedes it names the thread. */
function seriesOf(rows: readonly Bystander[]): Series[] {
  const named = rows.map((row) => ({ row, name: row.path.slice(0, -1).join(': ') }));
  const names = [...new Set(named.map(({ name }) => name))];
  return names.map((name) => ({
    name,
    rows: named
      .filter((one) => one.name === name)
      .map(({ row }) => row)
      .toSorted((a, b) => a.barriersPerSecond - b.barriersPerSecond),
  }));
}

const frame = { width: 300, height: 170, marginTop: 24, marginBottom: 26, marginLeft: 54, marginRight: 22 };

function throughputPanel(title: string, { name, rows }: Series, rates: readonly number[], most: number): string {
  const label = `${title}: ${name}: throughput by barriers per second`;
  const x = rateScale(rates);
  const y = { domain: [0, most] };
  const shown = ({ throughput }: Bystander) => (100 * throughput).toFixed(1);
  return plotted(label, {
    ...frame,
    x: x.options,
    y,
    marks: [
      ...axes(x, rows, { ticks: [0, 0.5, 1], text: (share: number) => `${100 * share} %` }),
      Plot.line(rows, { x: 'barriersPerSecond', y: 'throughput', stroke: 'var(--spread)', strokeWidth: 2 }),
      Plot.dot(rows, {
        x: 'barriersPerSecond',
        y: 'throughput',
        r: 3.5,
        fill: 'var(--accent)',
        title: titleOf,
        className: 'row-mark',
      }),
      above(spaced(rows, x, shown), 'throughput', shown),
    ],
  });
}

function pausePanel(
  title: string,
  { name, rows }: Series,
  rates: readonly number[],
  pauses: readonly number[],
): string {
  const label = `${title}: ${name}: pauses by barriers per second`;
  const x = rateScale(rates);
  const [low, high] = rangeOf(pauses.filter((pause) => pause > 0));
  const y = { type: 'log', domain: [low, high] } as const;
  const longest = ({ longest }: Bystander) => Math.max(longest / 1000, low);
  const p999 = ({ p999 }: Bystander) => Math.max(p999 / 1000, low);
  const shown = ({ longest }: Bystander) => (longest < 1e8 ? figure(longest / 1000) : short(longest / 1000));
  return plotted(label, {
    ...frame,
    x: x.options,
    y,
    marks: [
      ...axes(x, rows, { ticks: decades(low, high), text: short }),
      Plot.line(rows, { x: 'barriersPerSecond', y: longest, stroke: 'var(--spread)', strokeWidth: 2 }),
      Plot.line(rows, {
        x: 'barriersPerSecond',
        y: p999,
        stroke: 'var(--muted)',
        strokeOpacity: 0.4,
        strokeWidth: 1.5,
      }),
      Plot.dot(rows, {
        x: 'barriersPerSecond',
        y: p999,
        r: 3,
        fill: 'var(--page)',
        stroke: 'var(--muted)',
        title: titleOf,
      }),
      Plot.dot(rows, {
        x: 'barriersPerSecond',
        y: longest,
        r: 3.5,
        fill: 'var(--accent)',
        title: titleOf,
        className: 'row-mark',
      }),
      above(spaced(rows, x, shown), longest, shown),
    ],
  });
}

/** For a logarithmic scale, which has no place for 0. */
function rangeOf(positive: readonly number[]): [number, number] {
  return positive.length === 0 ? [1, 10] : [Math.min(...positive), Math.max(...positive)];
}

function axes(x: RateScale, rows: readonly Bystander[], y: Plot.AxisYOptions): Plot.Markish[] {
  const ticks = spaced(rows, x, ({ barriersPerSecond }) => compact(barriersPerSecond)).map(
    ({ barriersPerSecond }) => barriersPerSecond,
  );
  const shared = { tickSize: 0, label: null, fill: 'var(--muted)' };
  return [
    Plot.gridY({ ticks: y.ticks, stroke: 'var(--rule)', strokeOpacity: 1 } as Plot.GridYOptions),
    Plot.axisX({ ...shared, ticks, text: compact }),
    Plot.axisY({ ...shared, ...y }),
  ];
}

function above(rows: readonly Bystander[], y: Plot.ChannelValueSpec, text: (row: Bystander) => string): Plot.Markish {
  return Plot.text(rows, {
    x: 'barriersPerSecond',
    y,
    text,
    dy: -11,
    fill: 'var(--ink)',
    ...halo,
  });
}

interface RateScale {
  readonly options: Plot.ScaleOptions;
  /** In pixels. */
  readonly at: (rate: number) => number;
}

/** Logarithmic; with a rate of none among them, in places of equal distance. */
function rateScale(rates: readonly number[]): RateScale {
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const [left, right] = [frame.marginLeft + 16, frame.width - frame.marginRight - 10];
  const between = (share: number) => left + share * (right - left);
  if (low > 0 && high > low) {
    const options = { type: 'log', domain: [low, high], range: [left, right] } as const;
    return { options, at: (rate) => between(Math.log(rate / low) / Math.log(high / low)) };
  }
  const domain = [...new Set(rates)].toSorted((a, b) => a - b);
  const at = (rate: number) => between(domain.length === 1 ? 0.5 : domain.indexOf(rate) / (domain.length - 1));
  return { options: { type: 'ordinal', domain, range: domain.map(at) }, at };
}

/** The rows whose texts do not touch, from the highest rate down. */
function spaced(rows: readonly Bystander[], x: RateScale, text: (row: Bystander) => string): Bystander[] {
  let free = Number.POSITIVE_INFINITY;
  return rows.toReversed().filter((row) => {
    const [middle, half] = [x.at(row.barriersPerSecond), widthOf(text(row)) / 2];
    if (middle + half > free) return false;
    free = middle - half - 4;
    return true;
  });
}

function decades(low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low));
  return Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, i) => Number(`1e${first + i}`));
}

function compact(rate: number): string {
  return rate.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
}

function titleOf({ path, barriersPerSecond, throughput, p999, longest }: Bystander): string {
  return [
    path.join(': '),
    `${plural(Math.round(barriersPerSecond), 'barrier')} per second`,
    `throughput ${percentOfThroughput(throughput)}`,
    `99.9th percentile ${figure(p999 / 1000)} µs, longest pause ${figure(longest / 1000)} µs`,
  ].join('\n');
}
