/**
 * Whom a barrier interrupts, counted by the kernel: each running sibling once, and nobody else, however many threads
 * there are. So neither "all CPUs" nor "all threads" is what it costs, two of the ways that were discussed when the
 * commands were made.
 */
import { getSystemErrorName } from 'node:util';
import { type Barrier, Command, Flag, membarrier } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { type Bursts, interruptsInBursts } from '../../harness/interrupts.js';
import { type Sibling, startSibling } from '../../harness/sibling.js';
import { compareAll, type Pairs, pairsNeeded } from '../measure/comparison.js';
import { here, measuringBeside } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { takeArms } from '../measure/fresh.js';
import { startOtherProcess } from '../measure/other-process.js';
import { measuring, reportMissing, reportTable } from '../measure/report.js';
import { difference, paired, summarize } from '../measure/samples.js';
import type { Count } from '../report/schema.js';

const CALLS = 50;
const bursts: Bursts = { calls: CALLS, bursts: byEffort(100, 1000), patience: 2000, last: 2000 };
const PARKED = 1000;
const counts = 'interrupts of a barrier';
const parked = `a barrier beside ${PARKED} parked threads`;

await measuringBeside(counts, countAll);
await measuring(parked, compareParked);

async function countAll(cpu: number): Promise<void> {
  const rows: Count[] = [];
  const count = (path: string[], expected: number, issue: () => void, sibling?: Sibling) => {
    const each = summarize(interruptsInBursts(cpu, issue, bursts, sibling)).median;
    if (Number.isNaN(each)) reportMissing(path.join(', '), 'the sibling did not run for as long as a burst takes');
    else rows.push({ path, unit: 'interrupts', each, expected, met: Math.abs(each - expected) <= 0.05 });
  };
  const beside = async <Company extends { stop(): Promise<void> }>(
    company: Promise<Company>,
    measure: (company: Company) => void,
  ) => {
    const other = await company;
    try {
      measure(other);
    } finally {
      await other.stop();
    }
  };
  const running = () => startSibling('busy', cpu);

  if (membarrier.isSupported('GLOBAL_EXPEDITED')) {
    const unregistered = () => membarrier.raw(Command.GLOBAL_EXPEDITED);
    await beside(running(), (sibling) =>
      count(['GLOBAL_EXPEDITED', 'nobody has registered'], 0, unregistered, sibling),
    );
    const barrier = membarrier.registerSync('GLOBAL_EXPEDITED');
    // A CPU that has idled in our address space since before may not know of it: docs/internals/kernel.md.
    await beside(startOtherProcess(cpu, 'runs'), () => {});
    await beside(running(), (sibling) =>
      count(['GLOBAL_EXPEDITED', 'registered: a running sibling'], 1, barrier, sibling),
    );
  }
  const barrier: Barrier<'PRIVATE_EXPEDITED'> = membarrier.registerSync('PRIVATE_EXPEDITED');
  const own = (what: string) => ['PRIVATE_EXPEDITED', what];
  await beside(running(), (sibling) => count(own('a running sibling'), 1, barrier, sibling));
  await beside(startSibling('parked', cpu), () => count(own('a sibling that sleeps'), 0, barrier));
  await beside(startOtherProcess(cpu, 'runs'), () => count(own('another process runs there'), 0, barrier));
  if (membarrier.isSupported('PRIVATE_EXPEDITED_SYNC_CORE')) {
    const syncCore = membarrier.registerSync('PRIVATE_EXPEDITED_SYNC_CORE');
    await beside(running(), (sibling) =>
      count(['PRIVATE_EXPEDITED_SYNC_CORE', 'a running sibling'], 1, syncCore, sibling),
    );
  }
  if (membarrier.isSupported('PRIVATE_EXPEDITED_RSEQ')) {
    const { PRIVATE_EXPEDITED_RSEQ } = Command;
    membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ');
    const flagged = (cpu: number) => () => membarrier.raw(PRIVATE_EXPEDITED_RSEQ, Flag.CPU, cpu);
    await beside(running(), (sibling) => {
      count(['PRIVATE_EXPEDITED_RSEQ', 'FLAG_CPU names the CPU of a running sibling'], 1, flagged(cpu), sibling);
      count(['PRIVATE_EXPEDITED_RSEQ', 'FLAG_CPU names another CPU'], 0, flagged(here), sibling);
    });
  }
  // Kept until the process ends: the threads end with the handle.
  const threads = harness.parkThreads(PARKED);
  if (typeof threads === 'number') throw new Error(`${PARKED} threads: ${getSystemErrorName(threads)}`);
  count(own(`${PARKED} parked threads`), 0, barrier);
  await beside(running(), (sibling) =>
    count(own(`${PARKED} parked threads and a running sibling`), 1, barrier, sibling),
  );
  reportTable({
    kind: 'count',
    title: counts,
    rows,
    notes: [
      `that reach the other CPU, for each call; medians of bursts of ${CALLS}, during all of which the sibling ran`,
    ],
  });
}

/** In pairs of fresh processes, since threads that have been there leave traces. */
function compareParked(): void {
  const arms = { one: '1', again: '1', many: String(PARKED) };
  const found = takeArms<keyof typeof arms, number>('parked-child', arms, byEffort(8, 40), pairsNeeded(2));
  const compare = (path: string, arm: keyof typeof arms): Pairs => ({
    path: [path],
    unit: 'ns',
    base: found.one,
    differences: paired(found[arm], found.one, difference),
  });
  const rows: Pairs[] = [
    { ...compare('control: 1 parked thread, once more', 'again'), control: 'no difference found' },
    compare(`${PARKED} parked threads`, 'many'),
  ];
  reportTable({
    kind: 'comparison',
    title: parked,
    rows: compareAll(rows),
    notes: ['PRIVATE_EXPEDITED, more than with 1 parked thread; no running sibling; fresh processes'],
  });
}
