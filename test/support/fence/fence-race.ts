/**
 * 8 workers create their fences at the same moment; every other one has been refused its registration: as it
 * would then, it proposes symmetric fences. Prints the strategy that each of them got.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { AsymmetricFence } from 'node-membarrier/fence';
import { loaded } from '../../../lib/addon/binding.js';

const self = new URL(import.meta.url);
const symmetric = 2;

if (isMainThread) {
  const start = new Int32Array(new SharedArrayBuffer(4));
  const workers = Array.from({ length: 8 }, (_, index) => new Worker(self, { workerData: { start, index } }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const outcomes = Promise.all(workers.map((worker) => once(worker, 'message')));
  Atomics.store(start, 0, 1);
  Atomics.notify(start, 0);
  console.log(JSON.stringify((await outcomes).map(([strategy]) => strategy as string)));
} else {
  const { start, index } = workerData as { start: Int32Array; index: number };
  parentPort?.postMessage('ready');
  Atomics.wait(start, 0, 0);
  if (index % 2 === 0) loaded.binding?.decideFenceStrategy(symmetric);
  parentPort?.postMessage(AsymmetricFence.createSync().strategy);
}
