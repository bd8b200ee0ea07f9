/**
 * Reports of several hosts side by side, row by row: what at least two of them have, each to the first of them, and
 * which rows some lack. Of an emulated host only what is counted is shown.
 */
import {
  environmentRows,
  figure,
  figureIn,
  fullNameOf,
  headline,
  interval,
  mitigationRows,
  signed,
  times,
} from './format.js';
import { printable } from './printable.js';
import type { Report, Table } from './schema.js';
import { outline } from './tabulate.js';
import { renderColumns, renderTable } from './text.js';

type Row = Table['rows'][number];

export interface Host {
  readonly name: string;
  readonly report: Report;
}

/** A table that some hosts have: the rows of each, by what identifies them. */
interface Shared {
  readonly section: string;
  readonly title: string;
  readonly kind: Table['kind'];
  readonly rowsOf: Map<Host, Map<string, Row>>;
}

export function renderComparison(foreign: readonly Host[]): string {
  const hosts = printable(foreign);
  const emulated = hosts.filter(isEmulated).map(({ name }) => name);
  const tables = sharedTables(hosts);
  return [
    renderEnvironments(hosts),
    ...(emulated.length > 0
      ? [`Emulated, so that times mean nothing and are left out (-): ${emulated.join(', ')}`]
      : []),
    ...tables.filter(({ rowsOf }) => rowsOf.size > 1).map((table) => renderShared(table, hosts)),
    ...renderLonely(tables.filter(({ rowsOf }) => rowsOf.size === 1)),
  ].join('\n\n');
}

function isEmulated({ report }: Host): boolean {
  return report.environment.emulated;
}

function renderEnvironments(hosts: readonly Host[]): string {
  const facts = hosts.map(({ report }) => environmentRows(report.environment));
  const rows = (facts[0] ?? []).map(([what], i) => [what].concat(facts.map((of) => of[i]?.[1] ?? '')));
  const mitigations = hosts.map(({ name, report }) =>
    [
      `${name}, mitigations:`,
      ...mitigationRows(report.environment).map(([flaw, answer]) => `  ${flaw}: ${answer}`),
    ].join('\n'),
  );
  return [
    ...hosts.map(({ name, report }) => `${name}: ${headline(report)}`),
    '',
    renderTable([['', ...hosts.map(({ name }) => name)], ...rows]),
    ...mitigations,
  ].join('\n');
}

function sharedTables(hosts: readonly Host[]): Shared[] {
  const shared = new Map<string, Shared>();
  for (const host of hosts) {
    for (const { section, table } of host.report.sections.flatMap(tablesIn)) {
      const { kind, title, rows } = table;
      const identity = JSON.stringify([section, kind, title]);
      const known = shared.get(identity) ?? { section, title, kind, rowsOf: new Map<Host, Map<string, Row>>() };
      shared.set(identity, known);
      known.rowsOf.set(host, new Map(rows.map((row) => [identityOf(row), row])));
    }
  }
  return [...shared.values()];
}

function tablesIn({ name, tables }: Report['sections'][number]): { section: string; table: Table }[] {
  return tables.map((table) => ({ section: name, table }));
}

function identityOf(row: Row): string {
  return JSON.stringify([row.path, unitOf(row)]);
}

function unitOf(row: Row): string {
  return 'unit' in row ? row.unit : '%';
}

const spreads: Record<Table['kind'], string> = {
  distribution: 'p10 to p90',
  comparison: 'interval',
  count: 'expected',
  bystander: 'longest pause, us',
};

function renderShared(table: Shared, hosts: readonly Host[]): string {
  const all = new Map([...table.rowsOf.values()].flatMap((rows) => Array.from(rows)));
  const lackers = (identity: string) => hosts.filter((host) => !table.rowsOf.get(host)?.has(identity));
  const common = [...all].filter(([identity]) => lackers(identity).length < hosts.length - 1).map(([, row]) => row);
  const lacking = hosts.flatMap((host) => {
    const lacked = [...all].filter(([identity]) => lackers(identity).includes(host)).map(([, row]) => fullNameOf(row));
    return lacked.length === 0 ? [] : [`${host.name} lacks: ${lacked.join('; ')}`];
  });
  const title = `${table.section}: ${table.title}`;
  return [
    common.length === 0 ? `${title}: no row in common` : renderRows(title, table, common, hosts),
    ...lacking,
  ].join('\n');
}

function renderRows(title: string, { kind, rowsOf }: Shared, rows: readonly Row[], hosts: readonly Host[]): string {
  const [first] = hosts;
  const columns = hosts.flatMap((host) => [host.name, spreads[kind], ...(host === first ? [] : [`to ${first?.name}`])]);
  const cellsOf = (row: Row) => {
    const found = hosts.map((host) => shownOf(host, rowsOf.get(host)?.get(identityOf(row))));
    return [unitOf(row), ...found.flatMap((shown, i) => cells(shown, i === 0 ? undefined : found[0]))];
  };
  return renderColumns(
    [title, 'unit', ...columns].map((name, i) => ({ name, numeric: i > 1 })),
    outline(rows).map(({ name, depth, row }) =>
      ['  '.repeat(depth) + name].concat(row === undefined ? ['', ...columns.map(() => '')] : cellsOf(row)),
    ),
  );
}

/** What a host says of a row; `comparable` is what its ratio to another host's is of. */
interface Shown {
  readonly value: string;
  readonly spread: string;
  readonly comparable: number | undefined;
}

const nothing: Shown = { value: '-', spread: '-', comparable: undefined };

function cells({ value, spread, comparable }: Shown, first: Shown | undefined): string[] {
  if (first === undefined) return [value, spread];
  if (comparable === undefined || first.comparable === undefined || first.comparable === 0) return [value, spread, '-'];
  return [value, spread, times(comparable / first.comparable)];
}

function shownOf(host: Host, row: Row | undefined): Shown {
  if (row === undefined || (isEmulated(host) && unitOf(row) !== 'interrupts')) return nothing;
  if ('throughput' in row) {
    const { throughput, longest } = row;
    return {
      value: (100 * throughput).toFixed(1),
      spread: figure(longest / 1000),
      comparable: throughput,
    };
  }
  const show = figureIn(row.unit);
  if ('expected' in row) return { value: show(row.each), spread: show(row.expected), comparable: row.each };
  if ('median' in row) {
    return { value: show(row.median), spread: `${show(row.p10)} to ${show(row.p90)}`, comparable: row.median };
  }
  // How often one difference that may be none goes into another says nothing.
  const comparable = row.conclusion === 'no difference found' ? undefined : row.difference;
  return { value: signed(row.difference), spread: interval(row.low, row.high), comparable };
}

function renderLonely(tables: readonly Shared[]): string[] {
  if (tables.length === 0) return [];
  return [
    tables
      .map(({ section, title, rowsOf }) => `only ${[...rowsOf.keys()][0]?.name} has: ${section}: ${title}`)
      .join('\n'),
  ];
}
