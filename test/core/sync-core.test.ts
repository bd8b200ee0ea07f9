/**
 * SYNC_CORE, demonstrated: a thread that executes machine code gets it as it was patched before the barrier. The
 * patching side is this thread, with the facade's own barrier between the patch and its publication.
 */
import { getSystemErrorName } from 'node:util';
import { membarrier } from 'node-membarrier';
import t from 'tap';
import { harness } from '../../harness/index.js';
import { interruptsDuring } from '../../harness/interrupts.js';
import {
  type Arm,
  type ArmResult,
  claim,
  control,
  refusal,
  reversed,
  runArm,
  verdictOf,
} from '../support/machine-code/patched-code.js';
import { unless } from '../support/process/kernel.js';

const [here, there] = harness.affinity() as [number, number?];

function reasonToSkip(): false | string {
  if (there === undefined) return 'this process may use one CPU only';
  const error = refusal(there);
  return error !== undefined && `no machine code can be patched here: ${getSystemErrorName(error)}`;
}

const skip = reasonToSkip() || unless('PRIVATE_EXPEDITED_SYNC_CORE');

/** What an arm showed, and the interrupts that the executing thread's CPU got meanwhile, where they can be counted. */
interface Shown extends ArmResult {
  readonly interrupts: number | undefined;
}

function run(arm: Arm, milliseconds: number): Shown {
  const cpu = there as number;
  let result: ArmResult = { iterations: 0, executions: 0, stale: 0 };
  const interrupts = interruptsDuring(cpu, () => {
    result = runArm(arm, membarrier.privateExpeditedSyncCore, cpu, milliseconds);
  });
  return { ...result, interrupts };
}

function told({ iterations, executions, stale, interrupts }: Shown): string {
  return `${stale} of ${executions} executions stale, in ${iterations} iterations with ${interrupts} interrupts`;
}

t.test('code that is patched while another thread executes it', { skip }, async (t) => {
  harness.pin(here);
  membarrier.registerSync('PRIVATE_EXPEDITED_SYNC_CORE');

  const claimed = run(claim, 1000);
  t.comment(`with the barrier: ${told(claimed)}`);
  t.ok(claimed.iterations > 100 && claimed.executions > claimed.iterations, 'it is executed all the time');
  t.equal(claimed.stale, 0, 'and never stale after a barrier');
  // Not by each, since the thread may be preempted.
  const { interrupts = claimed.iterations } = claimed;
  t.ok(interrupts >= claimed.iterations / 2, 'which interrupts the executing thread');

  const controlled = run(control, 500);
  t.comment(`without: ${told(controlled)}`);
  t.ok(controlled.iterations > 100, 'without a barrier it is executed as well');
  t.ok((controlled.interrupts ?? 0) < controlled.iterations / 10, 'and not interrupted');

  const verdict = verdictOf(claimed, controlled);
  t.comment(verdict === 'inconclusive' ? 'inconclusive: without the barrier nothing was stale either' : verdict);
  t.not(verdict, 'failed');

  const wrong = run(reversed, 100);
  t.comment(`published before it is patched: ${told(wrong)}`);
  t.ok(wrong.iterations > 10 && wrong.stale >= wrong.iterations, 'stale executions are counted, barrier or not');
});

t.test('the verdict passes only where the control has failed', async (t) => {
  const clean = { iterations: 1, executions: 2, stale: 0 };
  const stale = { ...clean, stale: 1 };
  t.equal(verdictOf(clean, stale), 'passed');
  t.equal(verdictOf(clean, clean), 'inconclusive');
  t.equal(verdictOf(stale, clean), 'failed');
  t.equal(verdictOf(stale, stale), 'failed');
});
