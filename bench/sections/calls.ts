/**
 * What a call costs from JavaScript beside the same in a C loop: first where nothing is registered, so that the kernel
 * refuses it or need not reach anybody; then registered, with no running sibling, with one, and with more than there
 * are CPUs.
 *
 * The main thread and the sibling are pinned to CPUs of their own, and the interrupts on the sibling's CPU are counted.
 */
import { getSystemErrorName } from 'node:util';
import { Command, type CommandName, membarrier, type Registrable } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { startSibling } from '../../harness/sibling.js';
import { available, barrierInC, byRaw, checkAvailable, inC, inJavaScript } from '../measure/barriers.js';
import { type Contender, type Contest, contest } from '../measure/contest.js';
import { alone, bySiblings, cpus, measuringBeside, reaching } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { measuring } from '../measure/report.js';
import type { Sample } from '../measure/samples.js';

type Contenders = Record<string, Contender<string>>;

const refusable = available.filter((kind) => kind !== 'GLOBAL_EXPEDITED');
const unreached = available.filter((kind) => kind === 'GLOBAL_EXPEDITED');

await measuring('a call, nothing registered', measureUnregistered);
const nobody = 'GLOBAL_EXPEDITED, nobody registered, 1 running sibling';
await measuringBeside(nobody, async (cpu) => {
  if (unreached.length === 0) throw new Error('this kernel does not have it, or something denies it');
  const contenders = rawPair('GLOBAL_EXPEDITED', 100);
  await beside([cpu], { id: 'unreached', title: nobody, contenders, rounds: 1000, ...bySiblings });
});

await measureBarriers('alone', 'no running sibling', [], 1000, alone, { rounds: 1000, ...bySiblings });
await measureBarriers('beside', '1 running sibling', 'other', 100, reaching, { rounds: 1000, ...bySiblings });
await measureBarriers('oversubscribed', 'oversubscribed', [...cpus, ...cpus], 50, (_, sample) => sample, {
  rounds: byEffort(30, 300),
  // That of the main thread included: the thread that issues barriers waits as well.
  notes: [`two busy siblings on each CPU, of which there are ${cpus.length}`],
});
await measuring('GLOBAL', measureGlobal);

async function beside(cpus: readonly number[], what: Contest<string>): Promise<void> {
  const siblings = await Promise.all(cpus.map((cpu) => startSibling('busy', cpu)));
  contest(what);
  await Promise.all(siblings.map((sibling) => sibling.stop()));
}

/** Beside siblings on these CPUs, or on the other one. */
function measureBarriers(
  id: string,
  where: string,
  siblings: readonly number[] | 'other',
  calls: number,
  guard: (calls: number, sample: Sample) => Sample,
  how: Pick<Contest<string>, 'rounds' | 'discardedFor' | 'notes'>,
): Promise<void> {
  const title = `a barrier, registered, ${where}`;
  const measure = (cpus: readonly number[]) => {
    checkAvailable();
    // Beside siblings a barrier takes so long that a difference would say nothing.
    const relation = cpus.length === 0 ? 'against' : 'to';
    const pairOf = (kind: Registrable) => {
      const [javaScript, c] = [inJavaScript(kind, calls), barrierInC(kind, calls)];
      return pair(kind, 'Barrier', guard(calls, javaScript), guard(calls, c), relation);
    };
    return beside(cpus, { id, title, contenders: Object.assign({}, ...available.map(pairOf)), ...how });
  };
  if (siblings === 'other') return measuringBeside(title, (cpu) => measure([cpu]));
  return measuring(title, () => measure(siblings));
}

/** A contender that returns something else may be as fast as it likes. */
function checkAnswers(): void {
  const query = membarrier.raw(Command.QUERY);
  if (query < 0) throw new Error(`QUERY returns ${getSystemErrorName(query)}`);
  if (harness.libcLoop(Command.QUERY, 0, 0, 1).answer !== query) throw new Error('QUERY returns two masks');
  for (const kind of refusable) {
    const refused = membarrier.raw(Command[kind]);
    if (refused < 0 && getSystemErrorName(refused) === 'EPERM') continue;
    throw new Error(`${kind} returns ${refused} before it is registered`);
  }
}

/** Two contenders: from JavaScript, and in C. */
function pair(name: string, label: string, javaScript: Sample, c: Sample, relation: 'against' | 'to'): Contenders {
  return {
    [`${name}/node`]: { label, sample: javaScript, [relation]: [`${name}/c`] },
    [`${name}/c`]: { label: 'C', sample: c },
  };
}

function rawPair(name: CommandName, calls: number): Contenders {
  const [javaScript, c] = [byRaw(Command[name], calls), inC(Command[name], calls)];
  return pair(name, 'raw()', alone(calls, javaScript), alone(calls, c), 'against');
}

function measureUnregistered(): void {
  checkAnswers();
  const calls = 1000;
  const own = () => harness.ownLoop(Command.QUERY, 0, 0, calls).nanoseconds / calls;
  contest({
    id: 'unregistered',
    title: 'a call, nothing registered, no running sibling; the kernel refuses PRIVATE barriers',
    contenders: {
      ...rawPair('QUERY', calls),
      'QUERY/own-c': { label: "C, by the package's function", sample: alone(calls, own) },
      ...Object.assign({}, ...[...refusable, ...unreached].map((kind) => rawPair(kind, calls))),
    },
    rounds: 1000,
    ...bySiblings,
  });
}

function measureGlobal(): void {
  if (!membarrier.isSupported('GLOBAL')) throw new Error('this kernel does not have it (nohz_full), or it is denied');
  const milliseconds = (sample: () => number) => () => sample() / 1e6;
  contest({
    id: 'global',
    title: 'GLOBAL, which waits',
    contenders: {
      node: { label: 'raw()', unit: 'ms', sample: milliseconds(byRaw(Command.GLOBAL, 1)) },
      c: { label: 'C', unit: 'ms', sample: milliseconds(inC(Command.GLOBAL, 1)) },
    },
    rounds: byEffort(15, 100),
  });
}
