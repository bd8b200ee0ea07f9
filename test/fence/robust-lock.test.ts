/**
 * The ordinary lock that a BiasedLock becomes: nobody who sleeps is forgotten. Its sleepers get up now and then to look
 * whether the holder is dead, which would hide a lost wake-up; here they do not.
 */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { RobustLock } from '../../lib/fence/robust-lock.js';
import { tokenOfThisThread } from '../../lib/fence/token.js';
import { Word } from '../support/fence/robust-lock-words.js';

t.test('a sleeper whose holder died is woken by the successor, when that is done', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * 64));
  const [holder, sleeper] = ['hold', 'acquire'].map((act) => {
    const url = new URL('../support/fence/robust-lock-worker.js', import.meta.url);
    return new Worker(url, { workerData: { words, act }, execArgv: [], env: {} });
  }) as [Worker, Worker];
  await once(holder, 'message');
  sleeper.postMessage('go on');
  // Until it is marked as contended: then the sleeper is about to sleep.
  while ((Atomics.load(words, 0) & (1 << 30)) === 0) await setTimeout(1);
  await setTimeout(20);
  await holder.terminate();
  const lock = new RobustLock(words, 0, tokenOfThisThread());
  t.equal(lock.acquire(), 'inherited');
  t.equal(lock.release(), true);
  t.strictSame(await once(sleeper, 'message'), ['acquired']);
  t.equal(lock.release(), false, 'which is not ours to release');
});

t.test('4 threads sleep until they are woken, 1000 times, and all come to their end', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * 64));
  const workers = Array.from({ length: 4 }, () => {
    const url = new URL('../support/fence/robust-lock-worker.js', import.meta.url);
    return new Worker(url, { workerData: { words, act: 'count', waits: 1000 }, execArgv: [], env: {} });
  });
  const rounds = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0] as number));
  const sum = rounds.reduce((sum, count) => sum + count);
  t.equal(words[Word.COUNTER], sum, `${sum} rounds, one at a time`);
});
