/**
 * The ordinary lock that a BiasedLock becomes: nobody who sleeps is forgotten. Its sleepers get up now and then to look whether
 * the holder is dead, which would hide a lost wake-up; here they do not.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';

t.test('4 threads that sleep until they are woken all come to their end', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * 64));
  const rounds = 3000;
  const workers = Array.from({ length: 4 }, () => {
    const url = new URL('support/robust-lock-worker.js', import.meta.url);
    return new Worker(url, { workerData: { words, rounds }, execArgv: [], env: {} });
  });
  const slept = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0] as number));
  t.equal(words[32], 4 * rounds, 'one at a time');
  t.ok(
    slept.every((times) => times > 100),
    `and they had to sleep: the lock was held ${slept} times`,
  );
});
