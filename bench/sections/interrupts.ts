/**
 * Whom a barrier interrupts, counted by the kernel: each running sibling once, and nobody else, however many threads
 * there are. So neither "all CPUs" nor "all threads" is what it costs, two of the ways that were discussed when the
 * commands were made.
 */
import { getSystemErrorName } from 'node:util';
import { Command, Flag, membarrier } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { type Bursts, interruptsInBursts } from '../../harness/interrupts.js';
import { type Sibling, startSibling } from '../../harness/sibling.js';
import { available } from '../measure/barriers.js';
import { compareAll, type Pairs, pairsNeeded } from '../measure/comparison.js';
import { here, measuringBeside } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { inFreshProcess, takeArms } from '../measure/fresh.js';
import { startOtherProcess } from '../measure/other-process.js';
import { measuring, reportComparison, reportMissing, reportSamples, row } from '../measure/report.js';
import { difference, paired } from '../measure/samples.js';
import type { Row, Samples } from '../report/schema.js';

const CALLS = 50;
const bursts: Bursts = { calls: CALLS, bursts: byEffort(100, 1000), patience: 2000, last: 2000 };
const PARKED = 1000;
const counts = 'interrupts of a barrier';
const parked = `a barrier beside ${PARKED} parked threads`;

await measuringBeside(counts, countAll);
await measuring(parked, compareParked);

async function countAll(cpu: number): Promise<void> {
  const rows: Row<Samples>[] = [];
  const count = (id: string, label: string, expected: number, issue: () => void, sibling?: Sibling) => {
    const found = interruptsInBursts(cpu, issue, bursts, sibling);
    if (found.length === 0)
      return reportMissing(`${id.split('/')[0]}: ${label}`, 'the sibling did not run for as long as a burst takes');
    for (const { figures } of row(id, label, 'interrupts', found))
      rows.push({ id, label, figures: { ...figures, expected } });
  };
  const beside = async (company: Promise<Pick<Sibling, 'stop'>>, measure: () => void) => {
    const other = await company;
    try {
      measure();
    } finally {
      await other.stop();
    }
  };
  const besideRunning = async (id: string, label: string, expected: number, issue: () => void) => {
    const sibling = await startSibling('busy', cpu);
    await beside(Promise.resolve(sibling), () => count(id, label, expected, issue, sibling));
  };
  const kinds = new Set<string>(available);

  if (kinds.has('GLOBAL_EXPEDITED')) {
    const unregistered = () => membarrier.raw(Command.GLOBAL_EXPEDITED);
    await besideRunning('GLOBAL_EXPEDITED/unregistered', 'nobody has registered', 0, unregistered);
    const barrier = membarrier.registerSync('GLOBAL_EXPEDITED');
    // A CPU that has idled in our address space since before may not know of it: docs/internals/kernel.md.
    await beside(startOtherProcess(cpu, 'runs'), () => {});
    await besideRunning('GLOBAL_EXPEDITED/running', 'registered: a running sibling', 1, barrier);
  }
  const barrier = membarrier.registerSync('PRIVATE_EXPEDITED');
  await besideRunning('PRIVATE_EXPEDITED/running', 'a running sibling', 1, barrier);
  await beside(startSibling('parked', cpu), () =>
    count('PRIVATE_EXPEDITED/asleep', 'a sibling that sleeps', 0, barrier),
  );
  await beside(startOtherProcess(cpu, 'runs'), () =>
    count('PRIVATE_EXPEDITED/foreign', 'another process runs there', 0, barrier),
  );
  if (kinds.has('PRIVATE_EXPEDITED_SYNC_CORE')) {
    const syncCore = membarrier.registerSync('PRIVATE_EXPEDITED_SYNC_CORE');
    await besideRunning('PRIVATE_EXPEDITED_SYNC_CORE/running', 'a running sibling', 1, syncCore);
  }
  if (kinds.has('PRIVATE_EXPEDITED_RSEQ')) {
    membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ');
    const flagged = (cpu: number) => () => membarrier.raw(Command.PRIVATE_EXPEDITED_RSEQ, Flag.CPU, cpu);
    await besideRunning('PRIVATE_EXPEDITED_RSEQ/named', 'FLAG_CPU names the CPU of a running sibling', 1, flagged(cpu));
    await besideRunning('PRIVATE_EXPEDITED_RSEQ/other', 'FLAG_CPU names another CPU', 0, flagged(here));
  }
  // Kept until the process ends: the threads end with the handle.
  const threads = harness.parkThreads(PARKED);
  if (typeof threads === 'number') throw new Error(`${PARKED} threads: ${getSystemErrorName(threads)}`);
  count('PRIVATE_EXPEDITED/parked', `${PARKED} parked threads`, 0, barrier);
  await besideRunning('PRIVATE_EXPEDITED/crowd', `${PARKED} parked threads and a running sibling`, 1, barrier);
  const notes = [`those of the other CPU, a call; by bursts of ${CALLS}, during all of which the sibling ran`];
  const headings = rows.map(({ id }) => id.split('/')[0]);
  const placeOf = ({ id }: Row) => headings.indexOf(id.split('/')[0]);
  reportSamples(
    { id: 'counts', title: counts, notes },
    rows.toSorted((a, b) => placeOf(a) - placeOf(b)),
  );
}

/** In pairs of fresh processes, since threads that have been there leave traces. */
function compareParked(): void {
  const arm = (count: number) => () => inFreshProcess('parked', count);
  const arms = { one: arm(1), again: arm(1), many: arm(PARKED) };
  const found = takeArms(arms, byEffort(8, 40), pairsNeeded(2));
  const compare = (id: keyof typeof arms, label: string): Pairs => {
    return { id, label, unit: 'ns', base: found.one, differences: paired(found[id], found.one, difference) };
  };
  const notes = ['PRIVATE_EXPEDITED, more than with 1 parked thread; no running sibling; fresh processes'];
  const control = compare('again', 'control: once more');
  reportComparison(
    { id: 'parked', title: parked, notes },
    compareAll([{ ...control, control: 'no difference found' }, compare('many', `${PARKED} parked threads`)]),
  );
}
