/**
 * A report for a terminal: the answers, the machine, the tables. No colour, no borders, and no control characters,
 * whatever the report says. Prose has 80 columns at most, and a table of figures 100.
 */

import { Table } from '../libraries/cli-table3.js';
import { depthOf, emulatedWarning, environmentRows, headline, mitigationRows } from './format.js';
import { printable } from './printable.js';
import type { Report, Table as ReportTable, Section } from './schema.js';
import { answerOf } from './summary.js';
import { columnsOf } from './tabulate.js';

const PROSE = 80;
const FIGURES = 100;

export function renderReport(foreign: Report): string {
  const report = printable(foreign);
  const { environment, sections } = report;
  return [
    wrapped(headline(report)),
    ...(environment.emulated ? [wrapped(emulatedWarning)] : []),
    ...sections.map(renderAnswer),
    renderPairs([...environmentRows(environment), ...mitigationRows(environment)]),
    ...sections.flatMap(renderSection),
  ].join('\n\n');
}

function renderAnswer(section: Section): string {
  const { question, sentences } = answerOf(section);
  const texts = sentences.length === 0 ? ['Not measured.'] : sentences.map(({ text }) => text);
  return [question, ...texts.map((text) => wrapped(text, '  '))].join('\n');
}

function renderSection({ name, tables, missing }: Section): string[] {
  const absent = missing.map(({ what, why }) => wrapped(`not measured: ${what}: ${why}`));
  return [
    `${name}\n${'-'.repeat(name.length)}`,
    ...tables.map(renderFigures),
    ...(absent.length > 0 ? [absent.join('\n')] : []),
  ];
}

/** A table with its title and its notes. */
export function renderFigures(table: ReportTable): string {
  const columns = columnsOf(table);
  const rows = table.rows.map((row) => {
    const { label, figures } = row;
    const name = '  '.repeat(depthOf(row)) + label;
    return figures === null ? [name] : [name, ...columns.map(({ cell }) => cell(figures))];
  });
  const figures = renderTable([{ name: '', numeric: false }, ...columns], rows);
  return [wrapped(table.title), figures, ...table.notes.map((note) => wrapped(note))].join('\n');
}

/** Two columns of words, the second in as many lines as it needs. */
export function renderPairs(rows: readonly (readonly [string, string])[]): string {
  const room = Math.min(Math.max(...rows.map(([what]) => what.length)), PROSE / 2) + 2;
  return rows.map(([what, is]) => wrapped(is, ' '.repeat(room)).replace(/^ +/, what.padEnd(room))).join('\n');
}

/** Lines of no more columns, with this in front of each; only a word that is longer than a line is broken. */
export function wrapped(text: string, indent = '', columns: number = PROSE): string {
  const room = columns - indent.length;
  const line = new RegExp(`(.{1,${room}})(?: +|$)|(.{${room}})`, 'gu');
  return text.replace(line, `${indent}$1$2\n`).trimEnd().replaceAll('\u00a0', ' ');
}

const noBorders = Object.fromEntries(
  ['top', 'bottom', 'mid', 'left', 'right'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, ''] as const),
  ),
);

export interface Heading {
  readonly name: string;
  readonly numeric: boolean;
}

/**
 * Without borders and colours. Numbers stand at the right. The first column is wrapped where there is no room; the only
 * cell of a row has the whole line.
 */
export function renderTable(headings: readonly Heading[], rows: readonly (readonly string[])[]): string {
  const lines = [headings.map(({ name }) => name), ...rows];
  const whole = lines.filter(({ length }) => length > 1);
  const widths = headings.map((_, column) => Math.max(...whole.map((line) => line[column]?.length ?? 0)));
  const room = Math.max(FIGURES - widths.slice(1).reduce((sum, width) => sum + width + 2, 0), 20);
  const table = new Table({
    colAligns: headings.map(({ numeric }) => (numeric ? 'right' : 'left')),
    chars: { ...noBorders, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const [first = '', ...others] of lines) {
    const indent = first.slice(0, first.search(/\S|$/));
    const isHeading = others.length === 0;
    const content = wrapped(first.trimStart(), indent, isHeading ? FIGURES : room);
    table.push(isHeading ? [{ content, colSpan: headings.length }] : [content, ...others]);
  }
  return table.toString().replace(/ +$/gm, '');
}
