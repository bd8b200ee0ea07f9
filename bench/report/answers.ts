/** The first thing on the page: what each section asks, and what its tables answer, in words. */
import { conclusionOf, counted, figure, figureIn, nameOf, percent } from './format.js';
import type { Bystander, Comparison, Count, Distribution, Section, Table, Unit } from './schema.js';
import { percentOfThroughput } from './tabulate.js';

export interface Answer {
  readonly question: string;
  readonly clauses: readonly { readonly about: string; readonly text: string; readonly wrong: boolean }[];
  /** Why there is none. */
  readonly missing: string;
}

const questions: Record<string, string> = {
  calls: 'What does a call cost?',
  registration: 'What does registration cost, once?',
  scheduler: 'What does it cost the scheduler?',
  interrupts: 'Whom does a barrier interrupt?',
  bystanders: 'What does a bystander pay?',
  fences: 'Is an asymmetric fence worth it?',
  rcu: 'Is RCU worth it?',
};

export function questionOf({ name }: Section): string {
  return Object.hasOwn(questions, name) ? (questions[name] as string) : name;
}

export function answerOf(section: Section): Answer {
  const tables = section.tables.filter(({ rows }) => rows.length > 0);
  const clauses = tables.map((table) => {
    const wrong = isWrong(table);
    const doubt = wrong && table.kind === 'comparison' ? '; but a control did not come out as it must' : '';
    return { about: table.title, text: `${textOf(table)}${doubt}.`, wrong };
  });
  const missing = section.missing.map(({ what, why }) => `${what} (${why})`);
  return { question: questionOf(section), clauses, missing: listed(missing, 2) };
}

function textOf(table: Table): string {
  if (table.kind === 'distribution') return costs(table.rows);
  if (table.kind === 'comparison') return differences(table.rows);
  if (table.kind === 'count') return counts(table.rows);
  return payments(table.rows);
}

/** What makes a table's figures doubtful. */
function isWrong(table: Table): boolean {
  if (table.kind === 'comparison') return table.rows.some(({ control }) => control?.met === false);
  return table.kind === 'count' && table.rows.some(({ met }) => !met);
}

/** What others are compared with has rows below it: that is what the table is about; otherwise it is about all. */
function costs(rows: readonly Distribution[]): string {
  const tops = rows.filter(({ path }) => path.length === 1 || !rows.some((other) => isBelow(path, other.path)));
  const about = tops.filter((top) => top.limit !== undefined || rows.some((row) => isBelow(row.path, top.path)));
  const chosen = about.length > 0 ? about : tops;
  const shown = chosen.map((top) =>
    cost(
      top,
      rows.filter((row) => isBelow(row.path, top.path)),
    ),
  );
  return listed(shown, 3);
}

function isBelow(path: readonly string[], top: readonly string[]): boolean {
  return path.length > top.length && top.every((name, i) => path[i] === name);
}

function cost(top: Distribution, below: readonly Distribution[]): string {
  const aside = below.length === 0 ? '' : ` (${below.map((row) => `${nameOf(row)}: ${median(row)}`).join(', ')})`;
  return `${top.path.join(', ')}: ${median(top)}${aside}`;
}

function median({ unit, median }: Distribution): string {
  return `${figureIn(unit)(median)} ${shown(unit)}`;
}

function shown(unit: Unit): string {
  return unit === 'us' ? 'µs' : unit;
}

function differences(rows: readonly Comparison[]): string {
  const asked = rows.filter(({ control }) => control === undefined);
  const found = asked.filter(({ conclusion }) => conclusion !== 'no difference found');
  const none = asked.filter(({ conclusion }) => conclusion === 'no difference found');
  return [...(found.length > 0 ? [listed(found.map(difference), 3)] : []), ...notFound(none)].join('; ');
}

function difference({ path, base, difference, unit, conclusion }: Comparison): string {
  const relative = base === 0 ? '' : ` (${percent(Math.abs(difference / base))})`;
  const more = conclusion === 'costs more' ? 'more' : 'less';
  return `${path.join(', ')} costs ${figure(Math.abs(difference))} ${shown(unit)} ${more}${relative}`;
}

/** None of them differs by more than the widest interval allows. */
function notFound(rows: readonly Comparison[]): string[] {
  const bound = ({ base, low, high }: Comparison) => Math.max(Math.abs(low), Math.abs(high)) / Math.abs(base);
  const [widest] = rows.toSorted((a, b) => bound(b) - bound(a));
  if (widest === undefined) return [];
  return [
    `${conclusionOf(widest)}: ${listed(
      rows.map(({ path }) => path.join(', ')),
      4,
    )}`,
  ];
}

function counts(rows: readonly Count[]): string {
  const wrong = rows.filter(({ met }) => !met);
  if (wrong.length > 0) return `not as expected: ${listed(wrong.map(mistaken), 4)}`;
  const some = rows.filter(({ expected }) => expected > 0);
  const whom = some.length === 0 ? 'nothing' : listed(some.map(reached), 4);
  return `${whom}; all ${rows.length} as expected`;
}

function mistaken({ path, each, expected, unit }: Count): string {
  return `${path.join(', ')}: ${counted(each)} ${unit} in place of ${counted(expected)}`;
}

function reached({ path, each }: Count): string {
  return `${path.join(', ')}: ${counted(each)}`;
}

function payments(rows: readonly Bystander[]): string {
  const names = new Set(rows.map(whoOf));
  return listed(
    [...names].map((name) =>
      payment(
        name,
        rows.filter((row) => whoOf(row) === name),
      ),
    ),
    4,
  );
}

function whoOf({ path }: Bystander): string {
  return path.slice(0, -1).join(', ');
}

/** At the highest rate that was tried. */
function payment(name: string, rows: readonly Bystander[]): string {
  const fastest = rows.reduce((a, b) => (b.barriersPerSecond > a.barriersPerSecond ? b : a));
  const { barriersPerSecond, throughput, longest } = fastest;
  const keeps = `${percentOfThroughput(throughput)} of the throughput at ${figure(barriersPerSecond)} barriers a second`;
  return `${name === '' ? '' : `${name}: `}${keeps}, longest pause ${figure(longest / 1000)} µs`;
}

function listed(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return [...items.slice(0, most), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
