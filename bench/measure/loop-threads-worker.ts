import { parentPort, workerData } from 'node:worker_threads';
import { RcuDomain } from 'node-membarrier/rcu';
import { Least, type LoopTask } from './loop-threads.js';

const { busy, handle, least, threads } = workerData as LoopTask;

if (handle === undefined) acknowledge();
else RcuDomain.attach(handle).registerReader();
if (busy > 0) compute();
else setInterval(() => {}, 2 ** 31 - 1);
parentPort?.postMessage('ready');

function acknowledge(): void {
  for (;;) {
    const sequence = Atomics.load(least, Least.SEQUENCE);
    // The last one wakes.
    if (Atomics.add(least, Least.ACKNOWLEDGED, 1) + 1 === threads * sequence) Atomics.notify(least, Least.ACKNOWLEDGED);
    const waited = Atomics.waitAsync(least, Least.SEQUENCE, sequence);
    if (waited.async) {
      void waited.value.then(acknowledge);
      return;
    }
  }
}

function compute(): void {
  const end = performance.now() + busy;
  while (performance.now() < end);
  Atomics.add(least, Least.TURNS, 1);
  setImmediate(compute);
}
