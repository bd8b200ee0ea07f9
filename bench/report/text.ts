/** A report as tables for a terminal: no colour, no borders, and no control characters, whatever the report says. */

import { Table } from '../libraries/cli-table3.js';
import { emulatedWarning, environmentRows, headline, mitigationRows } from './format.js';
import { printable } from './printable.js';
import type { Report, Table as ReportTable, Section } from './schema.js';
import { tabulate } from './tabulate.js';

export function renderReport(foreign: Report): string {
  const report = printable(foreign);
  return [
    renderEnvironment(report),
    ...(report.environment.emulated ? [emulatedWarning] : []),
    ...report.sections.flatMap(renderSection),
  ].join('\n\n');
}

function renderEnvironment(report: Report): string {
  const mitigations = mitigationRows(report.environment).map(([flaw, answer], i) => [
    i === 0 ? 'mitigations' : '',
    `${flaw}: ${answer}`,
  ]);
  return [headline(report), renderTable([...environmentRows(report.environment), ...mitigations])].join('\n');
}

function renderSection({ name, tables, missing }: Section): string[] {
  const absent = missing.map(({ what, why }) => `not measured: ${what}: ${why}`);
  return [
    `${name}\n${'-'.repeat(name.length)}`,
    ...tables.map((table) => [renderRows(table), ...table.notes].join('\n')),
    ...(absent.length > 0 ? [absent.join('\n')] : []),
  ];
}

function renderRows(table: ReportTable): string {
  const { columns, rows } = tabulate(table);
  return renderColumns(
    [{ name: table.title, numeric: false }, ...columns],
    rows.map(({ name, depth, cells }) => ['  '.repeat(depth) + name].concat(columns.map((_, i) => cells[i] ?? ''))),
  );
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

export function renderColumns(headings: readonly Heading[], rows: readonly (readonly string[])[]): string {
  return renderTable([headings.map(({ name }) => name), ...rows], headings);
}

/** Without borders and colours. Numbers stand at the right. */
export function renderTable(rows: readonly (readonly string[])[], headings: readonly Heading[] = []): string {
  const table = new Table({
    colAligns: headings.map(({ numeric }) => (numeric ? 'right' : 'left')),
    chars: { ...noBorders, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replace(/ +$/gm, '');
}
