/**
 * What a call from JavaScript costs beside the same system call in a C loop: QUERY through raw(), PRIVATE_EXPEDITED
 * through a Barrier, without a running sibling and with one.
 *
 * The main thread and the sibling are pinned to CPUs of their own, and the interrupts on the sibling's CPU are counted: at
 * least 0.95 a call where it is to be running, at most 0.05 where none is. Other rounds are discarded.
 */
import { Command, membarrier } from 'node-membarrier';
import { harness, type LoopResult } from './support/harness.js';
import { interruptsDuring } from './support/interrupts.js';
import { printRows, type Row } from './support/report.js';
import { type Contender, nanosecondsEach, paired, takeTurns } from './support/samples.js';
import { startSibling } from './support/sibling.js';

const barrier = membarrier.registerSync('PRIVATE_EXPEDITED');
const [here, there] = harness.affinity();
if (here === undefined || harness.pin(here) !== 0) throw new Error('cannot pin the main thread');

checkAnswers();
withoutRunningSibling();
if (there === undefined || interruptsDuring(there, () => {}) === undefined) {
  console.log('\na call, 1 running sibling: not measured, for want of a second CPU or of countable interrupts');
} else {
  await withRunningSibling(there);
}

/** A contender that answers wrongly may be as fast as it likes. */
function checkAnswers(): void {
  const query = harness.libcLoop(Command.QUERY, 0, 0, 1).answer;
  if (membarrier.raw(Command.QUERY) !== query || query < Command.PRIVATE_EXPEDITED)
    throw new Error('QUERY: wrong answer');
  if (harness.libcLoop(Command.PRIVATE_EXPEDITED, 0, 0, 1).answer !== 0)
    throw new Error('PRIVATE_EXPEDITED: wrong answer');
}

function cLoop(command: number, calls: number): number {
  return each(harness.libcLoop(command, 0, 0, calls), calls);
}

function ownLoop(command: number, calls: number): number {
  return each(harness.ownLoop(command, 0, 0, calls), calls);
}

function each({ nanoseconds, answer }: LoopResult, calls: number): number {
  if (answer < 0) throw new Error(`a C loop ended with ${answer}`);
  return nanoseconds / calls;
}

function rawQuery(calls: number): void {
  for (let i = 0; i < calls; i++) membarrier.raw(Command.QUERY);
}

function issueBarrier(calls: number): void {
  for (let i = 0; i < calls; i++) barrier();
}

function withoutRunningSibling(): void {
  const calls = 1000;
  const alone = (sample: () => number) => counted(sample, (interrupts) => interrupts <= 0.05 * calls);
  const { samples, discarded } = takeTurns(
    {
      cQuery: alone(() => cLoop(Command.QUERY, calls)),
      rawQuery: alone(() => nanosecondsEach(calls, rawQuery)),
      cBarrier: alone(() => cLoop(Command.PRIVATE_EXPEDITED, calls)),
      ownQuery: alone(() => ownLoop(Command.QUERY, calls)),
      ownBarrier: alone(() => ownLoop(Command.PRIVATE_EXPEDITED, calls)),
      barrier: alone(() => nanosecondsEach(calls, issueBarrier)),
    },
    1000,
  );
  const moreThanC = (js: number[], c: number[]) => paired(js, c, (a, b) => a - b);
  print('a call, no running sibling', samples.barrier.length, discarded, [
    { what: 'QUERY in a C loop', unit: 'ns', samples: samples.cQuery },
    { what: "QUERY in a C loop, the package's call", unit: 'ns', samples: samples.ownQuery },
    { what: 'raw(Command.QUERY)', unit: 'ns', samples: samples.rawQuery },
    { what: '  more than C', unit: 'ns', samples: moreThanC(samples.rawQuery, samples.cQuery), limit: ['median', 20] },
    { what: 'PRIVATE_EXPEDITED in a C loop', unit: 'ns', samples: samples.cBarrier },
    { what: "PRIVATE_EXPEDITED in a C loop, the package's call", unit: 'ns', samples: samples.ownBarrier },
    { what: 'Barrier', unit: 'ns', samples: samples.barrier },
    { what: '  more than C', unit: 'ns', samples: moreThanC(samples.barrier, samples.cBarrier), limit: ['median', 15] },
  ]);
}

async function withRunningSibling(cpu: number): Promise<void> {
  const calls = 200;
  const reaching = (sample: () => number) => counted(sample, (interrupts) => interrupts >= 0.95 * calls);
  const sibling = await startSibling('busy', cpu);
  const { samples, discarded } = takeTurns(
    {
      cBarrier: reaching(() => cLoop(Command.PRIVATE_EXPEDITED, calls)),
      barrier: reaching(() => nanosecondsEach(calls, issueBarrier)),
    },
    1000,
  );
  await sibling.stop();
  const toC = paired(samples.barrier, samples.cBarrier, (a, b) => a / b);
  print('a call, 1 running sibling', samples.barrier.length, discarded, [
    { what: 'PRIVATE_EXPEDITED in a C loop', unit: 'ns', samples: samples.cBarrier },
    { what: 'Barrier', unit: 'ns', samples: samples.barrier },
    { what: '  to C', unit: 'times', samples: toC, limit: ['median', 1.02] },
  ]);
}

/** Discards a sample whose interrupts on the other CPU do not fit the number of running siblings that it stands for. */
function counted(sample: () => number, fits: (interrupts: number) => boolean): Contender {
  return () => {
    let cost = 0;
    const interrupts = interruptsDuring(there ?? -1, () => {
      cost = sample();
    });
    return interrupts === undefined || fits(interrupts) ? cost : undefined;
  };
}

function print(title: string, kept: number, discarded: number, rows: Row[]): void {
  const rounds = `${kept} rounds kept, ${discarded} discarded for the number of running siblings`;
  if (kept < 100) console.log(`\n${title}: not measured (${rounds})`);
  else {
    printRows(title, rows);
    console.log(rounds);
  }
}
