/**
 * `npm start`: what the package does, shown on the running kernel. First doctor's table; then, live, a refused call, a
 * registration, barriers from the main thread and from workers, RCU and a shared map with threads that die. Last, the
 * fences: litmus tests that show whether they order memory here; and the interrupts that a barrier costs.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { execPath, exit, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { membarrier } from 'node-membarrier';
import { median } from 'simple-statistics';
import { harness } from '../../harness/index.js';
import { functionCallInterrupts, interruptsDuring } from '../../harness/interrupts.js';
import { type SiblingState, startSibling } from '../../harness/sibling.js';
import { line } from './line.js';
import { showMap } from './map.js';
import { duration, outcomeOf } from './outcome.js';
import { showRcu } from './rcu.js';
import type { WorkerReport } from './worker.js';

// `npm start | head` closes the pipe early.
stdout.on('error', () => exit());

const cli = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const { status } = spawnSync(execPath, [cli, 'doctor'], { stdio: 'inherit' });
if (status !== 0) exit(status ?? 1);

console.log('\nregistration and barriers, live in one process:\n');

const early = startWorker();
line('main', 'privateExpedited()', outcomeOf(membarrier.privateExpedited));
await showWorker('worker 1', early);

const start = performance.now();
const barrier = await membarrier.register('PRIVATE_EXPEDITED');
line('main', "register('PRIVATE_EXPEDITED')", `done in ${duration(performance.now() - start)}, on the thread pool`);
line('main', 'barrier()', outcomeOf(barrier));

const late = startWorker();
await showWorker('worker 1, started before', early);
await showWorker('worker 2, started after', late);
await Promise.all([early.terminate(), late.terminate()]);

console.log('\nRCU: two workers read a record while the main thread replaces it\n');
await showRcu();

console.log('\na shared map: one worker writes and is terminated, another one reads\n');
await showMap();

console.log('\nfences, tried for five seconds; a control leaves one out, and has to show it:\n');
const litmus = spawnSync(execPath, [cli, 'litmus', '--seconds', '5'], { stdio: 'inherit' });
// 4: inconclusive, as on one CPU. Nothing was wrong.
if (litmus.status !== 0 && litmus.status !== 4) exit(litmus.status ?? 1);

// Last, since the threads and processes of a pinned thread share its one CPU.
const [here, there] = harness.affinity();
if (here === undefined || there === undefined) {
  console.log('\ninterrupts: not shown, since this process may use one CPU only: no sibling can run beside it');
} else if (functionCallInterrupts() === undefined) {
  console.log('\ninterrupts: not shown, since /proc/interrupts of this kernel does not count those of barriers');
} else {
  console.log(`\ninterrupts, from /proc/interrupts; main is pinned to CPU ${here}, a sibling to CPU ${there}`);
  console.log('(bursts of 200 calls; without those that did not find the busy sibling running):\n');
  if (harness.pin(here) !== 0) throw new Error(`cannot pin the main thread to CPU ${here}`);
  await showInterrupts('parked', there);
  await showInterrupts('busy', there);
}

function startWorker(): Worker {
  return new Worker(new URL('worker.js', import.meta.url));
}

async function showWorker(name: string, worker: Worker): Promise<void> {
  worker.postMessage('report');
  const [report] = (await once(worker, 'message')) as [WorkerReport];
  line(name, "isRegistered('PRIVATE_EXPEDITED')", `${report.isRegistered}`);
  line(name, 'privateExpedited()', report.barrier);
}

/** In bursts, since a busy sibling may be descheduled for a while. */
async function showInterrupts(state: SiblingState, cpu: number): Promise<void> {
  const calls = 200;
  const sibling = await startSibling(state, cpu);
  const bursts = Array.from({ length: 100 }, () => {
    let each = 0;
    const interrupts = interruptsDuring(cpu, () => {
      const begin = performance.now();
      for (let i = 0; i < calls; i++) barrier();
      each = (performance.now() - begin) / calls;
    });
    return { each, interrupts: (interrupts as number) / calls };
  });
  await sibling.stop();
  const shown = state === 'parked' ? bursts : bursts.filter(({ interrupts }) => interrupts >= 0.95);
  if (shown.length === 0) return line(`${state} sibling`, 'barrier()', 'the sibling was never seen running');
  const each = duration(median(shown.map((burst) => burst.each)));
  const interrupts = median(shown.map((burst) => burst.interrupts)).toFixed(3);
  line(
    `${state} sibling`,
    `barrier(), ${shown.length} of ${bursts.length} bursts`,
    `${each} each, interrupts: ${interrupts} each`,
  );
}
