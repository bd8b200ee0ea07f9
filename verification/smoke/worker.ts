/** The other thread of the smoke test. */
import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap } from 'node-membarrier/collections';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { isTorn } from './records.js';
import { COUNT, END, LOCK, ROUNDS, type Task } from './task.js';

const { words, domain, map: handle } = workerData as Task;
const { read } = RcuDomain.attach(domain).registerReader();
const map = SharedMap.attach<string, string>(handle);
parentPort?.postMessage('ready');

const lock = new BiasedLock(AsymmetricFence.createSync(), words, LOCK);
for (let i = 0; i < ROUNDS; i++) {
  lock.withLock(() => {
    words[COUNT] = (words[COUNT] as number) + 1;
  });
}
let torn = 0;
while (Atomics.load(words, END) === 0) {
  read(() => {
    if (isTorn(words)) torn++;
  });
}
parentPort?.postMessage({ torn, seen: map.get('the last') });
