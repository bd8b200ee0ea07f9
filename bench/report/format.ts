/** The numbers and words of a report as people read them: the same in the terminal and on the page. */
import type { Comparison, Distribution, Environment, Report, Unit } from './schema.js';

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
export function times(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(3) : figure(value);
}

/** What is counted: an integer, or next to one. */
export function counted(value: number): string {
  return plain(value, { maximumFractionDigits: 3, signDisplay: 'negative' });
}

/** As a scale has it, with little room: `20`, `12,000`, `1.5M`. */
export function short(value: number): string {
  if (Math.abs(value) >= 1e15) return value.toExponential(2);
  if (Math.abs(value) < 1e5) return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
  return value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 4 });
}

/** The form of a distribution's figures. */
export function figureIn(unit: Unit): (value: number) => string {
  if (unit === 'times') return times;
  return unit === 'interrupts' ? counted : figure;
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
  return `${percentPoints(ratio, 'negative')} %`;
}

export function signedPercent(ratio: number): string {
  return `${percentPoints(ratio, 'exceptZero')} %`;
}

/** `-0.35 to +0.63 %` */
export function percentInterval(low: number, high: number): string {
  return `${percentPoints(low, 'exceptZero')} to ${signedPercent(high)}`;
}

function percentPoints(ratio: number, signDisplay: 'negative' | 'exceptZero'): string {
  const points = 100 * ratio;
  return plain(points, { signDisplay, maximumSignificantDigits: Math.abs(points) < 100 ? 2 : 3 });
}

/** `-8.20 to +14.5` */
export function interval(low: number, high: number): string {
  return `${signed(low)} to ${signed(high)}`;
}

export function nameOf({ path }: { path: readonly string[] }): string {
  return path.at(-1) as string;
}

export function fullNameOf({ path }: { path: readonly string[] }): string {
  return path.join(': ');
}

export function askedFor({ limit, unit }: Pick<Distribution, 'limit' | 'unit'>): string {
  if (limit === undefined) return '';
  return `${limit.statistic} <= ${limit.most.toLocaleString('en-US')} ${unit}: ${limit.met ? 'met' : 'MISSED'}`;
}

/** A difference that was not found is smaller than what would have been: by how much of the base, at most. */
export function conclusionOf({ conclusion, base, low, high }: Comparison): string {
  if (conclusion !== 'no difference found' || base === 0) return conclusion;
  return `no difference found within ${percent(Math.max(Math.abs(low), Math.abs(high)) / Math.abs(base))}`;
}

export function controlOf({ control }: Comparison): string[] {
  if (control === undefined) return [];
  return [control.met ? 'a control, as it must' : `a control, NOT AS IT MUST (${control.expected})`];
}

export const emulatedWarning =
  'The processor is emulated: times mean nothing here, and neither does what follows from them. What is counted holds.';

export function headline({ version, effort, started, seconds, complete }: Report): string {
  const end = complete ? `took ${figure(seconds)} s` : `interrupted after ${figure(seconds)} s: NOT COMPLETE`;
  return `node-membarrier bench ${version}, ${effort}, started ${started}, ${end}`;
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
