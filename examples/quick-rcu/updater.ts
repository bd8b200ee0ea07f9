import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { RcuDomain } from 'node-membarrier/rcu';

const domain = await RcuDomain.create();
const words = new Int32Array(new SharedArrayBuffer(64));
words.set([1, 40, 2]);

const workerData = { words, rcu: domain.handle };
const worker = new Worker(new URL('./reader.js', import.meta.url), { workerData });
await once(worker, 'message');

for (let i = 1; i <= 1000; i++) {
  const [old, fresh] = words[0] === 1 ? [1, 3] : [3, 1];
  words.set([i, 42 - i], fresh);
  Atomics.store(words, 0, fresh);
  await domain.synchronize();
  words.fill(0, old, old + 2);
}

Atomics.store(words, 10, 1);
const [wrong] = (await once(worker, 'message')) as [number];
console.log(`1000 records published, ${wrong} wrong reads`);
