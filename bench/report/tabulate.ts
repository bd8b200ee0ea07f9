/** The columns of a table of a report, by its kind: the terminal and the page show the same cells. */
import { conclusionOf, counted, figure, figureIn, interval, isRight, percent, signed } from './format.js';
import type { Comparison, Figures, Samples, Table } from './schema.js';

export interface Column {
  readonly name: string;
  /** Numbers stand below each other by their last digit, words by their first letter. */
  readonly numeric: boolean;
  readonly cell: (figures: Figures) => string;
}

export function columnsOf({ kind, rows }: Table): Column[] {
  const all = rows.flatMap(({ figures }) => figures ?? []);
  return kind === 'samples' ? samplesColumns(all as Samples[]) : comparisonColumns(all as Comparison[]);
}

function column<Of extends Figures>(name: string, cell: (figures: Of) => string, numeric = true): Column {
  return { name, numeric, cell: cell as Column['cell'] };
}

const unit = column('unit', ({ unit }) => unit, false);

function samplesColumns(all: readonly Samples[]): Column[] {
  const statistics = (['median', 'p10', 'p90', 'p99'] as const).map((name) =>
    column<Samples>(name, (figures) => figureIn(figures.unit)(figures[name])),
  );
  if (all.every(({ expected }) => expected === undefined)) return [unit, ...statistics];
  const expected = column<Samples>('expected', (figures) => {
    const what = figures.expected === undefined ? '' : counted(figures.expected);
    return isRight(figures) ? what : `NOT ${what}`;
  });
  return [unit, ...statistics, expected];
}

function controlOf(figures: Comparison): string {
  if (figures.control === undefined) return '';
  return isRight(figures) ? ' (as it must)' : ' (NOT AS IT MUST)';
}

function comparisonColumns(all: readonly Comparison[]): Column[] {
  const levels = new Set(all.map(({ confidence }) => confidence));
  const level = levels.size === 1 ? `${percent([...levels][0] as number)} ` : '';
  return [
    unit,
    column<Comparison>('base', ({ base }) => figure(base)),
    column<Comparison>('difference', ({ difference }) => signed(difference)),
    column<Comparison>(`${level}interval`, interval),
    column<Comparison>('difference found', (figures) => `${conclusionOf(figures)}${controlOf(figures)}`, false),
  ];
}
