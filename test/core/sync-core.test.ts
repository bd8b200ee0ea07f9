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

/**
 * Runs an arm for so many milliseconds. As long as that is not enough, runs it again for twice as many, up to 20 s. On
 * a busy machine, or an emulated one, the two threads seldom run at the same time.
 */
function runUntil(isEnough: (shown: Shown) => boolean, arm: Arm, milliseconds: number): Shown {
  const shown = run(arm, milliseconds);
  return isEnough(shown) || milliseconds > 10_000 ? shown : runUntil(isEnough, arm, 2 * milliseconds);
}

const isExecuted = ({ iterations, executions }: Shown) => iterations > 100 && executions > iterations;
/** Not by each barrier: while the thread is preempted there is nothing to interrupt. */
const isInterrupted = (shown: Shown) =>
  isExecuted(shown) && (shown.interrupts ?? shown.iterations) >= shown.iterations / 2;
const isCounted = ({ iterations, stale }: Shown) => iterations > 10 && stale >= iterations;

function told({ iterations, executions, stale, interrupts }: Shown): string {
  return `${stale} of ${executions} executions stale, in ${iterations} iterations with ${interrupts} interrupts`;
}

t.test('code that is patched while another thread executes it', { skip }, async (t) => {
  harness.pin(here);
  membarrier.registerSync('PRIVATE_EXPEDITED_SYNC_CORE');

  const claimed = runUntil(isInterrupted, claim, 1000);
  t.comment(`with the barrier: ${told(claimed)}`);
  t.ok(isExecuted(claimed), 'it is executed all the time');
  t.equal(claimed.stale, 0, 'and never stale after a barrier');
  t.ok(isInterrupted(claimed), 'which interrupts the executing thread');

  const controlled = runUntil(isExecuted, control, 500);
  t.comment(`without: ${told(controlled)}`);
  t.ok(isExecuted(controlled), 'without a barrier it is executed as well');
  t.ok((controlled.interrupts ?? 0) < controlled.iterations / 10, 'and not interrupted');

  const verdict = verdictOf(claimed, controlled);
  t.comment(verdict === 'inconclusive' ? 'inconclusive: without the barrier nothing was stale either' : verdict);
  t.not(verdict, 'failed');

  const wrong = runUntil(isCounted, reversed, 10);
  t.comment(`published before it is patched: ${told(wrong)}`);
  t.ok(isCounted(wrong), 'stale executions are counted, barrier or not');
});

t.test('the verdict passes only where the control has failed', async (t) => {
  const clean = { iterations: 1, executions: 2, stale: 0 };
  const stale = { ...clean, stale: 1 };
  t.equal(verdictOf(clean, stale), 'passed');
  t.equal(verdictOf(clean, clean), 'inconclusive');
  t.equal(verdictOf(stale, clean), 'failed');
  t.equal(verdictOf(stale, stale), 'failed');
});
