/** A chart for each table of a report, by its kind; the exact figures are in the titles of its marks. */
import * as Plot from '@observablehq/plot';
import { distributionCharts } from './distribution-charts.js';
import {
  conclusionOf,
  counted,
  figure,
  fullNameOf,
  interval,
  percent,
  percentInterval,
  plural,
  signed,
  signedPercent,
} from './format.js';
import { byUnit, type Chart, inPlace, linear, shownUnits, ticksIn, uprights } from './marks.js';
import { drawRows } from './row-chart.js';
import type { Comparison, Count, Table } from './schema.js';

export function chartsOf(table: Exclude<Table, { kind: 'bystander' }>): Chart[] {
  if (table.kind === 'distribution') return distributionCharts(table);
  if (table.kind === 'comparison') return apart(table.rows).map((rows) => comparisonChart(table.title, rows));
  return byUnit(table.rows).map((rows) => countChart(table.title, rows));
}

/** Controls differ by design, and would squeeze what is of interest. */
function apart(rows: readonly Comparison[]): Comparison[][] {
  const [controls, others] = [true, false].map((is) => rows.filter(({ control }) => (control !== undefined) === is));
  return [...byUnit(others ?? []), ...byUnit(controls ?? [])];
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
