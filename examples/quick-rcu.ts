import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';

// Word 0 says where the current record is: two numbers whose sum is 42. Word 10 ends the example.
const { words, rcu } = (workerData ?? { words: new Int32Array(new SharedArrayBuffer(64)) }) as {
  words: Int32Array;
  rcu: RcuHandle;
};

if (isMainThread) {
  const domain = await RcuDomain.create();
  words.set([1, 40, 2]);
  const worker = new Worker(new URL(import.meta.url), { workerData: { words, rcu: domain.handle } });
  await once(worker, 'message');
  for (let i = 1; i <= 1000; i++) {
    const [old, fresh] = words[0] === 1 ? [1, 3] : [3, 1];
    words.set([i, 42 - i], fresh);
    Atomics.store(words, 0, fresh); // publish: who begins to read from now on reads this record
    await domain.synchronize(); // until those are through who may read the old one; nobody has waited but us
    words.fill(0, old, old + 2); // free it
  }
  Atomics.store(words, 10, 1);
  const [wrong] = (await once(worker, 'message')) as [number];
  console.log(`1000 records published, ${wrong} of the reads went wrong`);
} else {
  const reader = RcuDomain.attach(rcu).registerReader();
  let wrong = 0;
  parentPort?.postMessage('reading');
  while (Atomics.load(words, 10) === 0) {
    reader.readLock(); // never waits: a plain store and a light fence
    const record = words[0] as number;
    if ((words[record] as number) + (words[record + 1] as number) !== 42) wrong++;
    reader.readUnlock();
  }
  parentPort?.postMessage(wrong);
}
