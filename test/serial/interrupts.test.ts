/**
 * Whom a barrier reaches, told by the interrupts that the kernel counts. Each figure is a count, not a time. Alone,
 * since what other processes send to a CPU is counted as well.
 */
import { existsSync } from 'node:fs';
import { type Barrier, Command, membarrier } from 'node-membarrier';
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { quantileSorted } from '../../bench/libraries/simple-statistics.js';
import { startOtherProcess } from '../../bench/measure/other-process.js';
import { harness } from '../../harness/index.js';
import { interruptsDuring, interruptsInBursts } from '../../harness/interrupts.js';
import { ranDuring, type Sibling, startSibling } from '../../harness/sibling.js';
import { probes, Relation } from '../support/probes.js';
import { unless } from '../support/process/kernel.js';
import { otherThreads } from '../support/process/other-threads.js';

const [here, there = -1] = harness.affinity() as [number, number?];
const skip = whyNot();

function whyNot(): string | false {
  if (there === -1) return 'this process may use one CPU only';
  if (interruptsDuring(there, () => {}) === undefined) return 'this kernel does not show these interrupts';
  if (!existsSync('/proc/thread-self/schedstat')) return 'this kernel does not show when a thread has lost its CPU';
  return false;
}

/**
 * The interrupts by which a call reaches the other CPU, to a tenth: beside a busy sibling, the median of bursts during
 * which it ran.
 */
function interruptsEach(issue: () => void, company: Pick<Sibling, 'ranDuring'>, bursts = 20, quantile = 0.5): number {
  const found = interruptsInBursts(there, issue, { calls: 50, bursts, patience: 3000, last: 20_000 }, company);
  if (found.length === 0) throw new Error('the siblings have not run, or slept, for as long as a burst takes');
  const sorted = found.toSorted((a, b) => a - b);
  return Number(quantileSorted(sorted, quantile).toFixed(1));
}

/**
 * The same where the others sleep: what nine of ten bursts do not exceed, of those during which none of them ran. V8's
 * own threads are siblings too.
 */
function interruptsAmongSleepers(issue: () => void, { sleptDuring } = otherThreads()): number {
  return interruptsEach(issue, { ranDuring: sleptDuring }, 500, 0.9);
}

async function beside<Company extends { stop(): Promise<void> }>(
  start: (cpu: number) => Promise<Company>,
  measure: (company: Company) => number,
): Promise<number> {
  harness.pin(here);
  const company = await start(there);
  try {
    return measure(company);
  } finally {
    await company.stop();
  }
}

const besideRunning = (issue: () => void) =>
  beside(
    (cpu) => startSibling('busy', cpu),
    (sibling) => interruptsEach(issue, sibling),
  );
const besideParked = (issue: () => void) =>
  beside(
    (cpu) => startSibling('parked', cpu),
    () => interruptsAmongSleepers(issue),
  );
const besideOtherProcess = (issue: () => void) =>
  beside(
    (cpu) => startOtherProcess(cpu, 'runs'),
    () => interruptsAmongSleepers(issue),
  );

/** As a sibling; `issue` is given what has the issuer make a call, which is this process or a forked child. */
const besideKin = (relation: Relation, issue: (call: (command: number) => void) => void) =>
  beside(
    async (cpu) => {
      const related = probes.startRelatedTask(relation, cpu);
      if (typeof related === 'number') throw new Error(`the task is refused with ${related}`);
      return { related, stop: async () => probes.stopRelatedTask(related) };
    },
    ({ related }) => {
      const task = String(probes.taskOf(related));
      const call = (command: number) => {
        const answer = probes.issueBeside(related, command, 1);
        if (answer < 0) throw new Error(`the call answers ${answer}`);
      };
      return interruptsEach(() => issue(call), {
        ranDuring: (run) => ranDuring(task, () => probes.progressOf(related), run),
      });
    },
  );

for (const kind of ['PRIVATE_EXPEDITED', 'PRIVATE_EXPEDITED_SYNC_CORE'] as const) {
  t.test(kind, { skip: skip || unless(kind) }, async (t) => {
    const barrier = membarrier.registerSync(kind) as Barrier<'PRIVATE_EXPEDITED'>;
    t.equal(await besideRunning(barrier), 1, 'interrupts a sibling that runs, once');
    t.equal(await besideRunning(membarrier.query), 0, 'as QUERY does not');
    t.equal(await besideParked(barrier), 0, 'not while it is parked');
    t.equal(await besideOtherProcess(barrier), 0, 'nor another process that runs there');
  });
}

t.test('FLAG_CPU reaches that CPU, and no other', { skip: skip || unless('PRIVATE_EXPEDITED_RSEQ') }, async (t) => {
  const barrier = membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ');
  t.equal(await besideRunning(() => barrier({ cpu: there })), 1, 'the CPU of the sibling');
  t.equal(await besideRunning(() => barrier({ cpu: here })), 0, 'our own');
  t.equal(await besideRunning(() => barrier()), 1, 'all of them');
});

t.test('GLOBAL_EXPEDITED reaches this process once it has registered', { skip }, async (t) => {
  t.equal(await besideRunning(membarrier.globalExpedited), 0, 'not before');
  const barrier = membarrier.registerSync('GLOBAL_EXPEDITED');
  // A CPU that has idled in our address space since before may not know of it: docs/internals/kernel.md.
  await besideOtherProcess(() => {});
  t.equal(await besideRunning(barrier), 1, 'and then');
});

t.test('exits of threads leave PRIVATE_EXPEDITED as it is, and with it fences and RCU', { skip }, async (t) => {
  const barrier: Barrier<'PRIVATE_EXPEDITED'> = membarrier.registerSync('PRIVATE_EXPEDITED');
  const { heavy } = AsymmetricFence.createSync();
  const domain = RcuDomain.createSync();
  const global = membarrier.registerSync('GLOBAL_EXPEDITED');
  harness.pin(here);
  const stays = await startSibling('busy', there);
  t.teardown(() => stays.stop());
  for (let exits = 1; exits <= 3; exits++) {
    await (await startSibling('busy', there)).stop();
    // 0, the kernel's defect (docs/evidence/global-expedited.md), as long as no other process has run there.
    t.comment(`GLOBAL_EXPEDITED: ${interruptsEach(global, stays)}`);
    t.equal(interruptsEach(barrier, stays), 1, `the barrier, after ${exits} exits`);
    t.equal(interruptsEach(heavy, stays), 1, 'a fence');
    t.equal(
      interruptsEach(() => domain.synchronizeSync(), stays),
      2,
      'a grace period',
    );
  }
});

t.test('a thousand parked threads', { skip }, async (t) => {
  const barrier: Barrier<'PRIVATE_EXPEDITED'> = membarrier.registerSync('PRIVATE_EXPEDITED');
  const others = otherThreads();
  const threads = harness.parkThreads(1000);
  if (typeof threads === 'number') {
    t.comment(`not tested: they are refused with ${threads}`);
    return;
  }
  t.equal(interruptsAmongSleepers(barrier, others), 0, 'are not interrupted');
  t.equal(await besideRunning(barrier), 1, 'nor counted beside one that runs');
  t.ok(threads, 'and are kept by their handle until now');
});

t.test('a task with the same memory that is not a thread of the issuer', { skip }, async (t) => {
  membarrier.registerSync('PRIVATE_EXPEDITED');
  t.equal(await besideKin(Relation.TASK, (call) => call(Command.PRIVATE_EXPEDITED)), 1, 'is interrupted once');
  t.equal(await besideKin(Relation.TASK, (call) => call(Command.QUERY)), 0, 'and not by QUERY');
});

t.test('a thread that a forked child has started', { skip }, async (t) => {
  const barrier: Barrier<'PRIVATE_EXPEDITED'> = membarrier.registerSync('PRIVATE_EXPEDITED');
  t.equal(
    await besideKin(Relation.FORKED, (call) => call(Command.PRIVATE_EXPEDITED)),
    1,
    'is interrupted by the child',
  );
  t.equal(await besideKin(Relation.FORKED, () => barrier()), 0, 'and not by the parent');
});
