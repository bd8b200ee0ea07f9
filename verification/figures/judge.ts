/** Reports of bench against the limits, as a table in Markdown: what was missed is bold, what was not measured is -. */
import { figureIn, fullNameOf, measuredRows, symbolOf } from '../../bench/report/format.js';
import type { Report, Samples, Section, Table } from '../../bench/report/schema.js';
import { type Limit, limits } from './limits.js';

export interface Judged {
  readonly markdown: string;
  readonly values: number;
  readonly missed: number;
  readonly unmeasured: number;
}

export function judge(reports: readonly Report[]): Judged {
  const judged = limits.map((limit) => ({ limit, found: reports.map((report) => find(report, limit)) }));
  const all = judged.flatMap(({ limit, found }) => found.map((one) => ({ limit, one })));
  const lines = [
    ...reports.map(({ environment, started, effort }, i) => {
      const { cpu, cpus, kernel, node } = environment;
      return `${i + 1}. ${node} on ${cpu}, ${cpus} CPUs, ${kernel}; ${effort}, ${started.slice(0, 10)}`;
    }),
    '',
    `| figure | at most | ${reports.map(({ environment }) => environment.node).join(' | ')} |`,
    `|---|---|${reports.map(() => '---').join('|')}|`,
    ...judged.map(({ limit, found }) => {
      const known = found.find((one) => one !== undefined);
      const name = known === undefined ? `${limit.section}: ${limit.table}: ${limit.row}` : known.name;
      const asked = `${limit.statistic === 'p99' ? 'p99 ' : ''}${limit.most}${known === undefined ? '' : symbolOf(known.figures.unit)}`;
      return `| ${name} | ${asked} | ${found.map((one) => cell(limit, one?.figures)).join(' | ')} |`;
    }),
  ];
  return {
    markdown: lines.join('\n'),
    values: all.length,
    missed: all.filter(({ limit, one }) => one !== undefined && one.figures[limit.statistic] > limit.most).length,
    unmeasured: all.filter(({ one }) => one === undefined).length,
  };
}

interface Found {
  readonly name: string;
  readonly figures: Samples;
}

function find({ sections }: Report, { section, table, row }: Limit): Found | undefined {
  const tables = sections.find(({ name }) => name === section)?.tables ?? ([] as Section['tables']);
  const found = tables.find(
    (one): one is Extract<Table, { kind: 'samples' }> => one.id === table && one.kind === 'samples',
  );
  const measured = measuredRows<Samples>(found?.rows ?? []).find(({ id }) => id === row);
  if (found === undefined || measured === undefined) return undefined;
  return { name: `${found.title}: ${fullNameOf(measured, found.rows)}`, figures: measured.figures };
}

function cell({ statistic, most }: Limit, figures: Samples | undefined): string {
  if (figures === undefined) return '-';
  const shown = figureIn(figures.unit)(figures[statistic]);
  return figures[statistic] > most ? `**${shown}**` : shown;
}
