/**
 * What a call costs from JavaScript beside the same in a C loop: first where nothing is registered, so that the kernel
 * refuses it or need not reach anybody; then registered, with no running sibling, with one, and with more than there
 * are CPUs.
 *
 * The main thread and the sibling are pinned to CPUs of their own, and the interrupts on the sibling's CPU are counted.
 */
import { getSystemErrorName } from 'node:util';
import { Command, membarrier, type Registrable } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { startSibling } from '../../harness/sibling.js';
import { available, checkAvailable, inC, inJavaScript } from '../measure/barriers.js';
import { alone, cpus, each, measuringBeside, reaching, reportCounted } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { group, measuring, type Row, reportRows, row } from '../measure/report.js';
import { type Contender, difference, interleave, nanosecondsEach, paired, ratio } from '../measure/samples.js';

const QUERY = 'QUERY';
const OWN = 'own';
const refusable = available.filter((kind) => kind !== 'GLOBAL_EXPEDITED');

await measuring('a call, nothing registered', () => {
  checkAnswers();
  measureUnregistered();
});
await measuringBeside('GLOBAL_EXPEDITED, nothing registered, 1 running sibling', measureUnreached);
await measuring('a barrier, registered, no running sibling', measureAlone);
await measuringBeside('a barrier, registered, 1 running sibling', measureBeside);
await measuring('a barrier, registered, oversubscribed', measureOversubscribed);
await measuring('GLOBAL', measureGlobal);

/** A contender that answers wrongly may be as fast as it likes. */
function checkAnswers(): void {
  const query = membarrier.raw(Command.QUERY);
  if (query < 0) throw new Error(`QUERY answers ${getSystemErrorName(query)}`);
  if (harness.libcLoop(Command.QUERY, 0, 0, 1).answer !== query) throw new Error('QUERY: two answers');
  for (const kind of refusable) {
    const refused = membarrier.raw(Command[kind]);
    if (refused >= 0 || getSystemErrorName(refused) !== 'EPERM')
      throw new Error(`${kind} answers ${refused} before it is registered`);
  }
}

function rawLoop(command: number, calls: number): () => number {
  return () =>
    nanosecondsEach(calls, (calls) => {
      for (let i = 0; i < calls; i++) membarrier.raw(command);
    });
}

/** In C, whatever it answers. */
function cLoop(command: number, calls: number): () => number {
  return () => harness.libcLoop(command, 0, 0, calls).nanoseconds / calls;
}

function measureUnregistered(): void {
  const calls = 1000;
  const counted = alone(calls);
  const names = [QUERY, ...refusable, ...available.filter((kind) => kind === 'GLOBAL_EXPEDITED')] as const;
  const contenders = pairsOf(names, (name) => [
    counted(cLoop(Command[name], calls)),
    counted(rawLoop(Command[name], calls)),
  ]);
  const own = counted(() => each(harness.ownLoop(Command.QUERY, 0, 0, calls), calls));
  const { samples, discarded } = interleave<string>({ ...contenders, [OWN]: own }, 1000);
  const rows = names.flatMap((name) => {
    if (name === 'GLOBAL_EXPEDITED') return beside(name, 'raw()', samples, name, 'ns');
    if (name !== QUERY) return beside(`${name}, refused by the kernel`, 'raw()', samples, name, 'ns');
    return beside(name, 'raw()', samples, name, 'ns', 20).concat(
      row("  in C, by the package's call", 'ns', samples[OWN] ?? []),
    );
  });
  reportCounted('a call, nothing registered, no running sibling', samples[OWN]?.length ?? 0, discarded, rows);
}

async function measureUnreached(cpu: number): Promise<void> {
  if (!available.includes('GLOBAL_EXPEDITED')) throw new Error('this kernel does not have it, or something denies it');
  const calls = 100;
  const counted = alone(calls);
  const sibling = await startSibling('busy', cpu);
  const { samples, discarded } = interleave(
    {
      c: counted(cLoop(Command.GLOBAL_EXPEDITED, calls)),
      raw: counted(rawLoop(Command.GLOBAL_EXPEDITED, calls)),
    },
    1000,
  );
  await sibling.stop();
  reportCounted('GLOBAL_EXPEDITED, nobody registered, 1 running sibling', samples.raw.length, discarded, [
    row('in a C loop', 'ns', samples.c),
    row('raw()', 'ns', samples.raw),
  ]);
}

function measureAlone(): void {
  const calls = 1000;
  const { samples, discarded } = interleave(barriers(calls, alone(calls)), 1000);
  const rows = available.flatMap((kind) =>
    beside(kind, 'Barrier', samples, kind, 'ns', kind === 'PRIVATE_EXPEDITED' ? 15 : undefined),
  );
  const title = 'a barrier, registered, no running sibling';
  reportCounted(title, samples[available[0] as string]?.length ?? 0, discarded, rows);
}

async function measureBeside(cpu: number): Promise<void> {
  const calls = 100;
  const sibling = await startSibling('busy', cpu);
  const { samples, discarded } = interleave(barriers(calls, reaching(calls)), 1000);
  await sibling.stop();
  const rows = available.flatMap((kind) =>
    beside(kind, 'Barrier', samples, kind, 'times', kind === 'PRIVATE_EXPEDITED' ? 1.02 : undefined),
  );
  const title = 'a barrier, registered, 1 running sibling';
  reportCounted(title, samples[available[0] as string]?.length ?? 0, discarded, rows);
}

/** Two busy siblings on each CPU, that of the main thread included: whoever issues barriers waits for a CPU as well. */
async function measureOversubscribed(): Promise<void> {
  const calls = 50;
  const contenders = barriers(calls, (sample) => sample);
  const siblings = await Promise.all([...cpus, ...cpus].map((cpu) => startSibling('busy', cpu)));
  const { samples } = interleave(contenders, byEffort(30, 300));
  await Promise.all(siblings.map((sibling) => sibling.stop()));
  const rows = available.flatMap((kind) => beside(kind, 'Barrier', samples, kind, 'times'));
  reportRows('a barrier, registered, oversubscribed', rows, `${siblings.length} busy siblings on ${cpus.length} CPUs`);
}

function measureGlobal(): void {
  if (!membarrier.isSupported('GLOBAL'))
    throw new Error('this kernel does not have it (nohz_full), or something denies it');
  const milliseconds = (loop: () => number) => () => loop() / 1e6;
  const { samples } = interleave(
    { c: milliseconds(cLoop(Command.GLOBAL, 1)), raw: milliseconds(rawLoop(Command.GLOBAL, 1)) },
    byEffort(15, 100),
  );
  reportRows('GLOBAL, which waits', [row('in a C loop', 'ms', samples.c), row('raw()', 'ms', samples.raw)]);
}

function barriers(calls: number, counted: (sample: Contender) => Contender): Record<string, Contender> {
  checkAvailable();
  return pairsOf(available, (kind: Registrable) => {
    const javaScript = inJavaScript(kind, calls);
    return [counted(inC(kind, calls)), counted(javaScript)];
  });
}

/** Two contenders for each name: in C, and from JavaScript. */
function pairsOf<Name extends string>(
  names: readonly Name[],
  make: (name: Name) => [c: Contender, javaScript: Contender],
): Record<string, Contender> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const [c, javaScript] = make(name);
      return [
        [`${name} in C`, c],
        [name, javaScript],
      ];
    }),
  );
}

function beside(
  what: string,
  call: string,
  samples: Record<string, number[]>,
  name: string,
  unit: 'ns' | 'times',
  most?: number,
): Row[] {
  const [c, javaScript] = [samples[`${name} in C`] ?? [], samples[name] ?? []];
  const comparison = unit === 'ns' ? '    more than C' : '    to C';
  return [
    group(what),
    row(`  ${call}`, 'ns', javaScript),
    row(comparison, unit, paired(javaScript, c, unit === 'ns' ? difference : ratio), most),
    row('  in a C loop', 'ns', c),
  ];
}
