/**
 * The first thing that a report says: what each section asks, and in a few sentences what it has found. Each sentence
 * names rows by their ids, and is left out where one of them was not measured.
 */
import {
  boundOf,
  conclusionOf,
  counted,
  fullNameOf,
  isRight,
  measuredRows,
  percent,
  plural,
  withUnit,
} from './format.js';
import type { Comparison, Samples, Section, Table } from './schema.js';

interface Sentence {
  readonly text: string;
  /** Whether it reports an outcome that must not be. */
  readonly wrong: boolean;
}

interface Question {
  readonly question: string;
  /** In which `{TABLE ROW}` stands for the median of a row, with its unit. */
  readonly sentences?: readonly string[];
  /** What else there is to say of each table of the section. */
  readonly of?: (table: Table) => Sentence[];
}

const questions: Readonly<Record<string, Question>> = {
  calls: {
    question: 'What does a call cost?',
    sentences: [
      'A barrier takes {alone PRIVATE_EXPEDITED/node} where no sibling runs (in C {alone PRIVATE_EXPEDITED/c}).',
      'With one running sibling, which it interrupts, {beside PRIVATE_EXPEDITED/node} ' +
        '(in C {beside PRIVATE_EXPEDITED/c}).',
      'Unregistered, the kernel refuses it in {unregistered PRIVATE_EXPEDITED/node}, and the package, without a ' +
        'system call, in {refused facade}.',
    ],
  },
  registration: {
    question: 'What does registering cost, once?',
    sentences: [
      'The first registration of a kind blocks a thread of Node.js for {first PRIVATE_EXPEDITED/raw}, a second one ' +
        'for {again PRIVATE_EXPEDITED/raw}.',
      'A process of one thread registers in {first PRIVATE_EXPEDITED/single}.',
      'register() runs on the thread pool, and blocks the event loop for {register synchronous}.',
    ],
  },
  scheduler: { question: 'What does registering cost the scheduler afterwards?', of: handOver },
  interrupts: { question: 'Whom does a barrier interrupt?', of: interruptsOf },
  bystander: {
    question: 'What does a bystander pay?',
    sentences: [
      'A running sibling keeps {sibling a-thousand} of its throughput at 1,000 barriers a second, ' +
        '{sibling ten-thousand} at 10,000, and {sibling most} at {sibling most/rate}.',
      'A barrier takes {neighbour issues/to-runs} as long while another process issues them, too.',
    ],
  },
  fences: {
    question: 'Is an asymmetric fence worth it?',
    sentences: [
      'A light fence takes {call local}, {call local/to-store} an Atomics.store.',
      'The pair is cheaper than Atomics from {break-even-alone call} per write if no sibling runs, and from ' +
        '{break-even-beside call} if one does.',
      'A biased lock costs its owner {lock local/to-futex} an ordinary one.',
    ],
  },
  rcu: {
    question: 'Is RCU worth it?',
    sentences: [
      'A read section takes {one object}, {one object/to-lock} a reader-writer lock on Atomics; with two readers, ' +
        '{two object/both/here-to-lock}.',
      'A grace period takes {grace-period-alone own} if no reader runs, and {grace-period-beside own} if one does.',
    ],
  },
  collections: {
    question: 'Is a shared map worth it?',
    sentences: [
      'A get() of a key that is read often takes {hot near}, {hot near/to-map} a private Map.',
      'Past the near cache it takes {past json} (JSON.parse by itself: {past parse}), and {past bytes} for bytes.',
      'A set() takes {existing shared}, {existing shared/more-than-stringify} more than JSON.stringify by itself; to ' +
        'send the change to three workers takes {existing deltas}.',
      'A thread that polls sees a change {visible seen} after set() has returned.',
    ],
  },
  qsbr: {
    question: 'What does RCU cost where readers pay nothing?',
    sentences: [
      'A read section adds {loop-section local/more-than-without} to its loop (in the memb flavor ' +
        '{loop-section memb/more-than-without}).',
      'A grace period takes {loop-idle-1 domain} beside one idle thread, {loop-idle-4 domain} beside 4, ' +
        '{loop-idle-16 domain} beside 16, and there {loop-idle-16 domain/cpu} of CPU for each.',
      'Beside threads with callbacks of 0.2 ms it takes {loop-busy domain}.',
    ],
  },
  import: {
    question: 'What does importing cost?',
    sentences: ["{process imports/more-than-empty} of a process's start."],
  },
};

export function questionOf({ name }: Section): string {
  return questions[name]?.question ?? name;
}

export function answerOf(section: Section): { readonly question: string; readonly sentences: readonly Sentence[] } {
  const { sentences = [], of } = questions[section.name] ?? {};
  const texts = sentences.map((sentence) => sentence.replace(/\{(\S+) (\S+)\}/g, (_, ...ids) => find(section, ids)));
  const found = texts.filter((text) => !text.includes('{')).map((text) => ({ text, wrong: false }));
  return {
    question: questionOf(section),
    sentences: [...found, ...(of === undefined ? [] : section.tables.flatMap(of))],
  };
}

/** `{` where it was not measured. */
function find({ tables }: Section, [table, row]: readonly unknown[]): string {
  const figures = tables.find(({ id }) => id === table)?.rows.find(({ id }) => id === row)?.figures;
  return figures && 'median' in figures ? withUnit(figures.median, figures.unit) : '{';
}

function handOver(table: Table): Sentence[] {
  if (table.kind !== 'comparison') return [];
  const all = measuredRows<Comparison>(table.rows);
  const where = `Handing over between ${table.title.replace(/^.*: /, '')}`;
  const asked = all.filter(({ figures }) => figures.control === undefined);
  const found = asked.filter(({ figures }) => figures.conclusion !== 'no difference found');
  const controls = all.map(({ figures }) => figures).filter((figures) => !isRight(figures));
  const differences = found.map((row) => `${fullNameOf(row, table.rows)} ${sizeOf(row.figures)}`).join('; ');
  const none = () =>
    `no registration makes a difference above ${percent(Math.max(...asked.map(({ figures }) => boundOf(figures))))}`;
  const failed = controls.some(({ control }) => control === 'no difference found');
  return [{ text: `${where}, ${found.length > 0 ? differences : none()}.${doubt(controls, failed)}`, wrong: failed }];
}

function sizeOf(figures: Comparison): string {
  return `${conclusionOf(figures)} (${withUnit(Math.abs(figures.difference), figures.unit)})`;
}

/** What the controls that failed say of a table. */
function doubt(controls: readonly Comparison[], failed: boolean): string {
  if (failed) return ' But the same arm twice showed one as well, so nothing follows.';
  return controls.length > 0 ? ' (A planted cost did not show: only larger ones would have.)' : '';
}

function interruptsOf(table: Table): Sentence[] {
  if (table.kind !== 'samples') return [];
  const rows = measuredRows<Samples>(table.rows);
  const wrong = rows.filter(({ figures }) => !isRight(figures));
  if (wrong.length === 0) {
    const counts = `${plural(rows.length, 'count')}, all as expected`;
    const isReached = rows.some(({ figures }) => figures.expected === 1);
    const whom = isReached
      ? 'Each running sibling once per call, and no other CPU'
      : 'No CPU without a running sibling';
    return rows.length === 0 ? [] : [{ text: `${whom}: ${counts}.`, wrong: false }];
  }
  const mistakes = wrong.map((row) => {
    const { median, expected = 0 } = row.figures;
    return `${fullNameOf(row, table.rows)}: ${counted(median)} in place of ${counted(expected)}`;
  });
  return [{ text: `Not as expected: ${mistakes.join('; ')}.`, wrong: true }];
}
