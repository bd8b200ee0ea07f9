/** 8 workers register the same kinds at the same moment. Prints what each of them got. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { membarrier } from 'node-membarrier';
import { registrables } from './kernel.js';

const self = new URL(import.meta.url);

if (isMainThread) {
  const start = new Int32Array(new SharedArrayBuffer(4));
  const workers = Array.from({ length: 8 }, (_, index) => new Worker(self, { workerData: { start, index } }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const outcomes = Promise.all(workers.map((worker) => once(worker, 'message')));
  Atomics.store(start, 0, 1);
  Atomics.notify(start, 0);
  const got = (await outcomes).map(([outcome]) => outcome as string);
  console.log(JSON.stringify({ got, held: registrables.filter(membarrier.isRegistered) }));
} else {
  const { start, index } = workerData as { start: Int32Array; index: number };
  parentPort?.postMessage('ready');
  Atomics.wait(start, 0, 0);
  try {
    for (const kind of registrables) {
      const barrier = index % 2 === 0 ? membarrier.registerSync(kind) : await membarrier.register(kind);
      barrier();
    }
    parentPort?.postMessage('issued all');
  } catch (error) {
    parentPort?.postMessage(String(error));
  }
}
