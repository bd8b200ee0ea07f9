/**
 * The first thing on the page: what each section asks, and in a few sentences what it has found. Each sentence is of
 * rows that the section is known to have; where one was not measured, the sentence is left out.
 */
import { counted, figure, percent, plural, times } from './format.js';
import type { Bystander, Comparison, Count, Distribution, Section, Table } from './schema.js';

export interface Answer {
  readonly question: string;
  readonly sentences: readonly Sentence[];
}

interface Sentence {
  readonly text: string;
  /** Whether it tells of something that did not come out as it must. */
  readonly wrong: boolean;
}

interface Question {
  readonly question: string;
  readonly answer: (section: Section) => readonly (string | Sentence | undefined)[];
}

export function questionOf({ name }: Section): string {
  return questions[name]?.question ?? name;
}

export function answerOf(section: Section): Answer {
  const given = questions[section.name]?.answer(section) ?? [];
  const sentences = given.flatMap((one) => (typeof one === 'string' ? { text: one, wrong: false } : (one ?? [])));
  return { question: questionOf(section), sentences };
}

const questions: Record<string, Question> = {
  calls: { question: 'What does a call cost?', answer: calls },
  registration: { question: 'What does registering cost, once?', answer: registration },
  scheduler: { question: 'What does it cost the scheduler, ever after?', answer: scheduler },
  interrupts: { question: 'Whom does a barrier interrupt?', answer: interrupts },
  bystander: { question: 'What does a bystander pay?', answer: bystander },
  fences: { question: 'Is an asymmetric fence worth it?', answer: fences },
  rcu: { question: 'Is RCU worth it?', answer: rcu },
  import: { question: 'What does importing cost?', answer: importing },
};

function calls(section: Section): (string | undefined)[] {
  const alone = finder(section, 'a barrier, registered, no running sibling');
  const beside = finder(section, 'a barrier, registered, 1 running sibling');
  const unregistered = finder(section, 'a call, nothing registered');
  const refused = finder(section, 'a refused call');
  const kind = 'PRIVATE_EXPEDITED';
  return [
    say`A barrier takes ${alone(kind, 'Barrier')} where no sibling runs (in C ${alone(kind, 'in a C loop')}).`,
    say`With one running sibling, which it interrupts, ${beside(kind, 'Barrier')} (in C ${beside(kind, 'in a C loop')}).`,
    say`Unregistered, the kernel refuses it in ${unregistered('refused by the kernel', 'raw()')}, and the package, without a system call, in ${refused('privateExpedited(), refused and caught')}.`,
  ];
}

function registration(section: Section): (string | undefined)[] {
  const first = finder(section, 'a registration, the first');
  const again = finder(section, 'a registration, once more');
  const loop = finder(section, 'register()');
  const kind = 'REGISTER_PRIVATE_EXPEDITED';
  return [
    say`The first registration of a kind blocks a thread of Node.js for ${first(kind, 'raw(), Node.js')}; once more, ${again(kind, 'raw(), Node.js')}.`,
    say`A process of one thread registers in ${first(kind, 'in C, a process of one thread')}.`,
    say`register() does it on the thread pool, and holds up the event loop for ${loop('synchronous part of the call')}.`,
  ];
}

function scheduler(section: Section): Sentence[] {
  return tablesOf(section, 'comparison').map(({ title, rows }) => {
    const where = `Handing over between ${title.replace(/^.*: /, '')}`;
    const asked = rows.filter(({ control }) => control === undefined);
    const found = asked.filter(({ conclusion }) => conclusion !== 'no difference found');
    const failed = rows.some(({ control }) => control?.met === false && control.expected === 'no difference found');
    const text =
      found.length > 0
        ? `${where}, ${found.map(differs).join('; ')}.${doubt(rows, failed)}`
        : `${where}, no registration makes a difference above ${percent(Math.max(...asked.map(bound)))}.${doubt(rows, failed)}`;
    return { text, wrong: failed };
  });
}

/** What its controls say of a table. */
function doubt(rows: readonly Comparison[], failed: boolean): string {
  if (failed) return ' But the same arm twice showed one as well, so nothing follows.';
  const blind = rows.some(({ control }) => control?.met === false);
  return blind ? ' (A planted cost did not show: only larger ones would have.)' : '';
}

function differs({ path, base, difference, conclusion }: Comparison): string {
  return `${path.join(', ')} ${conclusion}: ${figure(Math.abs(difference))} ns (${percent(Math.abs(difference / base))})`;
}

/** By how much of the base two arms may differ, at most. */
function bound({ base, low, high }: Comparison): number {
  return Math.max(Math.abs(low), Math.abs(high)) / Math.abs(base);
}

function interrupts(section: Section): Sentence[] {
  return tablesOf(section, 'count').map(({ rows }) => {
    const wrong = rows.filter(({ met }) => !met);
    if (wrong.length > 0) return { text: `Not as expected: ${wrong.map(mistaken).join('; ')}.`, wrong: true };
    const text = `Each running sibling once a call, and nobody else: ${plural(rows.length, 'count')}, all as expected.`;
    return { text, wrong: false };
  });
}

function mistaken({ path, each, expected }: Count): string {
  return `${path.join(', ')}: ${counted(each)} in place of ${counted(expected)}`;
}

function bystander(section: Section): (string | undefined)[] {
  const rows = tablesOf(section, 'bystander')[0]?.rows.filter(({ barriersPerSecond }) => barriersPerSecond > 0) ?? [];
  const neighbour = finder(section, 'a barrier, beside another process');
  const some = rows.map(kept);
  return [
    some.length === 0 ? undefined : `Of its throughput, a running sibling keeps ${some.join(', ')}.`,
    say`A barrier takes ${neighbour('which issues barriers all the time', 'to one that only runs')} as long while another process issues them, too.`,
  ];
}

function kept({ barriersPerSecond, throughput }: Bystander): string {
  return `${percent(throughput)} at ${figure(barriersPerSecond)} barriers a second`;
}

function fences(section: Section): (string | undefined)[] {
  const often = finder(section, 'a call in JavaScript');
  const alone = finder(section, 'reads per write from which the asymmetric pair is the cheaper one, no');
  const beside = finder(section, 'reads per write from which the asymmetric pair is the cheaper one, 1');
  const owner = finder(section, 'lock and unlock');
  const pair = 'JavaScript, light() for Atomics.store';
  return [
    say`A light fence takes ${often('light(), a const of the function')}, ${often('light(), a const of the function', 'to Atomics.store')} an Atomics.store.`,
    say`The pair is the cheaper one from ${alone(pair)} per write on where no sibling runs, and from ${beside(pair)} beside one.`,
    say`The owner of a biased lock pays ${owner('the same, consts of the function', 'to a futex lock')} an ordinary one.`,
  ];
}

function rcu(section: Section): (string | undefined)[] {
  const section1 = finder(section, 'a read section, one reader');
  const section2 = finder(section, 'a read section, two readers');
  const alone = finder(section, 'a grace period, no');
  const beside = finder(section, 'a grace period, 1');
  const read = 'reader.readLock(), reader.readUnlock()';
  return [
    say`A read section takes ${section1(read)}, ${section1(read, 'to the lock')} a reader-writer lock on Atomics; with two readers, ${section2('to the lock, the first')}.`,
    say`A grace period takes ${alone('synchronizeSync()')} where no reader runs, and ${beside('synchronizeSync()')} beside one.`,
  ];
}

function importing(section: Section): (string | undefined)[] {
  return [say`${finder(section, 'a process')('more than the empty one')} of a process's start.`];
}

/** Undefined where one of the values is. */
function say(parts: TemplateStringsArray, ...values: readonly (string | undefined)[]): string | undefined {
  if (values.includes(undefined)) return undefined;
  return parts.map((part, i) => `${part}${values[i] ?? ''}`).join('');
}

/**
 * Finds medians in the table with this beginning: of the first row whose path has all these words, and ends with the
 * last.
 */
function finder(section: Section, title: string): (...words: string[]) => string | undefined {
  const rows = tablesOf(section, 'distribution').find((table) => table.title.startsWith(title))?.rows ?? [];
  return (...words) => {
    const found = rows.find(
      ({ path }) => path.at(-1) === words.at(-1) && words.every((word) => path.some((part) => part.includes(word))),
    );
    return found === undefined ? undefined : median(found);
  };
}

function median({ unit, median }: Distribution): string {
  if (unit === 'times') return `${times(median)} times`;
  if (unit === 'us' && median >= 1000) return `${figure(median / 1000)} ms`;
  if (unit === 'ns' && median >= 1000) return `${figure(median / 1000)} µs`;
  return `${unit === 'reads' ? figure(Math.round(median)) : figure(median)} ${unit === 'us' ? 'µs' : unit}`;
}

function tablesOf<Kind extends Table['kind']>(section: Section, kind: Kind): Extract<Table, { kind: Kind }>[] {
  return section.tables.filter((table): table is Extract<Table, { kind: Kind }> => table.kind === kind);
}
