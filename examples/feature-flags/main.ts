/** Feature flags that an administrator changes while workers serve: each worker sees them at its next look. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedCell } from 'node-membarrier/collections';

export interface Flags {
  readonly checkout: 'old' | 'new';
  readonly limit: number;
}

const flags = await SharedCell.create<Flags>({ checkout: 'old', limit: 10 });

const workers = ['a', 'b'].map(
  (name) => new Worker(new URL('worker.js', import.meta.url), { workerData: { name, flags: flags.handle } }),
);
const fromEach = () => Promise.all(workers.map((worker) => once(worker, 'message')));

console.log((await fromEach()).flat().join('\n'));
const told = fromEach();
flags.publish({ checkout: 'new', limit: 20 });
console.log((await told).flat().join('\n'));
for (const worker of workers) await worker.terminate();
