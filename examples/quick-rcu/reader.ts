import { parentPort, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';

const { words, rcu } = workerData as { words: Int32Array; rcu: RcuHandle };
const { readLock, readUnlock } = RcuDomain.attach(rcu).registerReader();
let wrong = 0;
parentPort?.postMessage('reading');

while (Atomics.load(words, 10) === 0) {
  readLock();
  const record = words[0] as number;
  if ((words[record] as number) + (words[record + 1] as number) !== 42) wrong++;
  readUnlock();
}
parentPort?.postMessage(wrong);
