/** The numbers and words of a report as people read them: the same in the terminal and on the page. */
import type { Comparison, Environment, Figures, Report, Row, Unit } from './schema.js';

/**
 * Three significant digits, but all of those before the point, and no more than three behind it; thousands are
 * separated.
 */
export function figure(value: number): string {
  return localized(value, { signDisplay: 'negative' });
}

/** The same with its sign, which zero has none of. */
export function signed(value: number): string {
  return localized(value, { signDisplay: 'exceptZero' });
}

/** What is near 1 differs from it in the third decimal. */
function times(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(3) : figure(value);
}

/** What is counted: an integer, or next to one. */
export function counted(value: number): string {
  return plain(value, { maximumFractionDigits: 3, signDisplay: 'negative' });
}

/** The form of figures in a unit. */
export function figureIn(unit: Unit): (value: number) => string {
  if (unit === 'times') return times;
  return unit === 'interrupts' ? counted : figure;
}

const symbols: Record<Unit, string> = {
  ns: ' ns',
  us: ' µs',
  ms: ' ms',
  times: '×',
  reads: ' reads',
  interrupts: '',
  barriers: '',
  bytes: ' bytes',
  percent: ' %',
};

export function symbolOf(unit: Unit): string {
  return symbols[unit];
}

const nanoseconds: Partial<Record<Unit, number>> = { ns: 1, us: 1e3, ms: 1e6 };

/** A figure with its unit, in the one that suits it: `12.3 µs` rather than `12,300 ns` or `0.012 ms`. */
export function withUnit(value: number, unit: Unit): string {
  if (unit === 'times') return `${times(value)}\u00a0times`;
  if (unit === 'reads') return `${counted(Math.round(value))}\u00a0reads`;
  const scale = nanoseconds[unit];
  if (scale === undefined) return joined(value, unit);
  const all = Math.abs(value * scale);
  const suited = all >= 1e6 ? 'ms' : all >= 1e3 ? 'us' : 'ns';
  return joined((value * scale) / (nanoseconds[suited] as number), suited);
}

/** With a space at which no line is broken. */
function joined(value: number, unit: Unit): string {
  return `${figure(value)}${symbols[unit].replace(' ', '\u00a0')}`;
}

function localized(value: number, options: Intl.NumberFormatOptions): string {
  const decimals = decimalsOf(value);
  return plain(value, { ...options, minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function plain(value: number, options: Intl.NumberFormatOptions): string {
  return Math.abs(value) >= 1e12 ? value.toExponential(2) : value.toLocaleString('en-US', options);
}

function decimalsOf(value: number): number {
  const rounded = Math.abs(Number(value.toPrecision(3)));
  if (rounded === 0) return 0;
  const decimals = 2 - Math.floor(Math.log10(rounded));
  return Math.min(Math.max(decimals, 0), rounded < 0.01 ? 6 : 3);
}

/** Two significant digits: `0.83 %`. */
export function percent(ratio: number): string {
  const points = 100 * ratio;
  return `${plain(points, { signDisplay: 'negative', maximumSignificantDigits: Math.abs(points) < 100 ? 2 : 3 })} %`;
}

/** `-8.20 to +14.5` */
export function interval({ low, high }: Comparison): string {
  return `${signed(low)} to ${signed(high)}`;
}

/** By how much of the base two arms may differ, at most. */
export function boundOf({ base, low, high }: Comparison): number {
  return Math.max(Math.abs(low), Math.abs(high)) / Math.abs(base);
}

/** What follows from a comparison; a difference that was not found is smaller than what would have been. */
export function conclusionOf(figures: Comparison): string {
  const { base, difference, conclusion } = figures;
  if (base === 0) return conclusion;
  if (conclusion === 'no difference found') return `none above ${percent(boundOf(figures))}`;
  return `${conclusion}, ${percent(Math.abs(difference / base))}`;
}

/** Whether what must come out did. */
export function isRight(figures: Figures): boolean {
  if ('median' in figures) return figures.expected === undefined || Math.abs(figures.median - figures.expected) <= 0.05;
  return figures.control === undefined || figures.control === figures.conclusion;
}

/** The rows of a table that have figures. */
export function measuredRows<Of extends Figures>(rows: readonly Row<Of | null>[]): Row<Of>[] {
  return rows.filter((row): row is Row<Of> => row.figures !== null);
}

export function depthOf({ id }: Pick<Row, 'id'>): number {
  return id.split('/').length - 1;
}

/** The label of a row, after those of the rows that it belongs to. */
export function fullNameOf(row: Pick<Row, 'id'>, rows: readonly Pick<Row, 'id' | 'label'>[]): string {
  return rows
    .filter(({ id }) => row.id === id || row.id.startsWith(`${id}/`))
    .map(({ label }) => label)
    .join(': ');
}

export const emulatedWarning =
  'The processor is emulated: times mean nothing here, and neither does what follows from them. What is counted holds.';

export function headline({ version, effort, started, seconds, complete }: Report): string {
  const end = complete ? `took ${figure(seconds)} s` : `interrupted after ${figure(seconds)} s: NOT COMPLETE`;
  return `node-membarrier bench ${version}, ${effort}, ${started.slice(0, 16).replace('T', ' ')} UTC, ${end}`;
}

export function environmentRows(environment: Environment): [what: string, is: string][] {
  const { kernel, architecture, cpu, cpus, libc, node, virtualisation, emulated, seccompFilters } = environment;
  return [
    ['kernel', kernel],
    ['architecture', architecture],
    ['CPU', `${cpu}, ${plural(cpus, 'CPU')} to use${emulated ? ', emulated' : ''}`],
    ['libc', libc],
    ['Node.js', node],
    ['virtualisation', virtualisation],
    ['seccomp filters', seccompFilters === null ? 'unknown' : String(seccompFilters)],
  ];
}

/** Without the flaws that this processor has not. */
export function mitigationRows({ mitigations }: Environment): [flaw: string, answer: string][] {
  return Object.entries(mitigations).filter(([, answer]) => !answer.startsWith('Not affected'));
}

export function plural(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
