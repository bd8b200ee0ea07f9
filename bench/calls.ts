/**
 * What a call from JavaScript costs beside the same system call in a C loop: QUERY through raw(), PRIVATE_EXPEDITED
 * through a Barrier, without a running sibling and with one.
 *
 * The main thread and the sibling are pinned to CPUs of their own, and the interrupts on the sibling's CPU are counted: at
 * least 0.95 a call where it is to be running, at most 0.05 where none is. Other rounds are discarded.
 */
import { Command, membarrier } from 'node-membarrier';
import { alone, canCountSibling, each, printCounted, reaching, there } from './support/counted.js';
import { harness } from './support/harness.js';
import { nanosecondsEach, paired, takeTurns } from './support/samples.js';
import { startSibling } from './support/sibling.js';

const barrier = membarrier.registerSync('PRIVATE_EXPEDITED');

checkAnswers();
withoutRunningSibling();
if (canCountSibling()) await withRunningSibling(there as number);
else console.log('\na call, 1 running sibling: not measured, for want of a second CPU or of countable interrupts');

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

function rawQuery(calls: number): void {
  for (let i = 0; i < calls; i++) membarrier.raw(Command.QUERY);
}

function issueBarrier(calls: number): void {
  for (let i = 0; i < calls; i++) barrier();
}

function withoutRunningSibling(): void {
  const calls = 1000;
  const counted = alone(calls);
  const { samples, discarded } = takeTurns(
    {
      cQuery: counted(() => cLoop(Command.QUERY, calls)),
      rawQuery: counted(() => nanosecondsEach(calls, rawQuery)),
      cBarrier: counted(() => cLoop(Command.PRIVATE_EXPEDITED, calls)),
      ownQuery: counted(() => ownLoop(Command.QUERY, calls)),
      ownBarrier: counted(() => ownLoop(Command.PRIVATE_EXPEDITED, calls)),
      barrier: counted(() => nanosecondsEach(calls, issueBarrier)),
    },
    1000,
  );
  const moreThanC = (js: number[], c: number[]) => paired(js, c, (a, b) => a - b);
  printCounted('a call, no running sibling', samples.barrier.length, discarded, [
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
  const counted = reaching(calls);
  const sibling = await startSibling('busy', cpu);
  const { samples, discarded } = takeTurns(
    {
      cBarrier: counted(() => cLoop(Command.PRIVATE_EXPEDITED, calls)),
      barrier: counted(() => nanosecondsEach(calls, issueBarrier)),
    },
    1000,
  );
  await sibling.stop();
  const toC = paired(samples.barrier, samples.cBarrier, (a, b) => a / b);
  printCounted('a call, 1 running sibling', samples.barrier.length, discarded, [
    { what: 'PRIVATE_EXPEDITED in a C loop', unit: 'ns', samples: samples.cBarrier },
    { what: 'Barrier', unit: 'ns', samples: samples.barrier },
    { what: '  to C', unit: 'times', samples: toC, limit: ['median', 1.02] },
  ]);
}
