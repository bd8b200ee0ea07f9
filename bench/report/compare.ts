/**
 * Reports of several hosts side by side, row by row: what at least two of them have, each to the first of them, and
 * which rows some lack. Of an emulated host only what is counted is shown.
 */
import {
  depthOf,
  environmentRows,
  figureIn,
  fullNameOf,
  headline,
  interval,
  mitigationRows,
  signed,
} from './format.js';
import { printable } from './printable.js';
import type { Figures, Report, Row } from './schema.js';
import { renderPairs, renderTable, wrapped } from './text.js';

export interface Host {
  readonly name: string;
  readonly report: Report;
}

/** A table that some hosts have. Its title and its labels are those of the first of them. */
interface Shared {
  readonly title: string;
  readonly rows: Row[];
  readonly rowsOf: Map<Host, Map<string, Row>>;
}

export function renderComparison(foreign: readonly Host[]): string {
  const hosts = printable(foreign);
  const emulated = hosts.filter(({ report }) => report.environment.emulated).map(({ name }) => name);
  const warning = `Emulated, so that times mean nothing and are left out (-): ${emulated.join(', ')}`;
  return [
    ...hosts.map(renderEnvironment),
    ...(emulated.length > 0 ? [wrapped(warning)] : []),
    ...sharedTables(hosts).map((table) => renderShared(table, hosts)),
  ].join('\n\n');
}

function renderEnvironment({ name, report }: Host): string {
  const { environment } = report;
  const pairs = renderPairs([...environmentRows(environment), ...mitigationRows(environment)]);
  return `${wrapped(`${name}: ${headline(report)}`)}\n${pairs}`;
}

function sharedTables(hosts: readonly Host[]): Shared[] {
  const shared = new Map<string, Shared>();
  for (const host of hosts) {
    for (const { name, tables } of host.report.sections) {
      for (const { kind, id, title, rows } of tables) {
        const identity = JSON.stringify([name, kind, id]);
        const known: Shared = shared.get(identity) ?? { title: `${name}: ${title}`, rows: [], rowsOf: new Map() };
        shared.set(identity, known);
        for (const row of rows) add(known.rows, row);
        known.rowsOf.set(host, new Map<string, Row>(rows.map((row) => [row.id, row])));
      }
    }
  }
  return [...shared.values()];
}

/** A row that is not known yet stands below its parent, after what is there already. */
function add(rows: Row[], row: Row): void {
  if (rows.some(({ id }) => id === row.id)) return;
  const parent = row.id.split('/').slice(0, -1).join('/');
  const last = parent === '' ? -1 : rows.findLastIndex(({ id }) => id === parent || id.startsWith(`${parent}/`));
  rows.splice(last === -1 ? rows.length : last + 1, 0, row);
}

function renderShared({ title, rows: all, rowsOf }: Shared, hosts: readonly Host[]): string {
  const [only] = rowsOf.keys();
  if (rowsOf.size === 1) return wrapped(`only ${only?.name} has: ${title}`);
  const lackers = ({ id, figures }: Row) =>
    figures === null ? [] : hosts.filter((host) => !rowsOf.get(host)?.has(id));
  const common = new Set(all.filter((row) => row.figures !== null && lackers(row).length < hosts.length - 1));
  const shown = all.filter((row) => common.has(row) || [...common].some(({ id }) => id.startsWith(`${row.id}/`)));
  const lacking = hosts.flatMap((host) => {
    const lacked = all.filter((row) => lackers(row).includes(host)).map((row) => fullNameOf(row, all));
    return lacked.length === 0 ? [] : [wrapped(`${host.name} lacks: ${lacked.join('; ')}`)];
  });
  const columns = hosts.flatMap(({ name }, i) => [name, 'spread', ...(i === 0 ? [] : [`to ${hosts[0]?.name}`])]);
  const headings = ['', 'unit', ...columns].map((name, i) => ({ name, numeric: i > 1 }));
  const lines = shown.map((row) => {
    const label = '  '.repeat(depthOf(row)) + row.label;
    return common.has(row) ? [label, ...cellsOf(row, rowsOf, hosts)] : [label];
  });
  return [wrapped(title), shown.length === 0 ? 'no row in common' : renderTable(headings, lines), ...lacking].join(
    '\n',
  );
}

function cellsOf({ id, figures }: Row, rowsOf: Shared['rowsOf'], hosts: readonly Host[]): string[] {
  const found = hosts.map((host) => {
    const own = rowsOf.get(host)?.get(id)?.figures ?? undefined;
    return host.report.environment.emulated && own?.unit !== 'interrupts' ? undefined : own;
  });
  const first = comparable(found[0]);
  const cells = found.flatMap((own, i) => {
    const ratio = comparable(own) === 0 || first === 0 ? '-' : figureIn('times')(comparable(own) / first);
    return shownOf(own).concat(i === 0 ? [] : [ratio]);
  });
  return [figures?.unit ?? '', ...cells];
}

/** Its value, and its spread. */
function shownOf(figures: Figures | undefined): string[] {
  if (figures === undefined) return ['-', '-'];
  if ('difference' in figures) return [signed(figures.difference), interval(figures)];
  const show = figureIn(figures.unit);
  return [show(figures.median), `${show(figures.p10)} to ${show(figures.p90)}`];
}

/** What a ratio to another host's is of. How often one difference that may be none goes into another says nothing. */
function comparable(figures: Figures | undefined): number {
  if (figures === undefined) return 0;
  if ('median' in figures) return figures.median;
  return figures.conclusion === 'no difference found' ? 0 : figures.difference;
}
