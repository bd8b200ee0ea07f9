/** Increments a word under the lock, and holds it long enough for others to go to sleep. Posts how often it had to wait. */
import { parentPort, workerData } from 'node:worker_threads';
import { RobustLock } from '../../lib/fence/robust-lock.js';
import { tokenOfThisThread } from '../../lib/fence/threads.js';

const { words, rounds } = workerData as { words: Int32Array; rounds: number };
const lock = new RobustLock(words, 0, tokenOfThisThread(), Number.POSITIVE_INFINITY);
const never = new Int32Array(new SharedArrayBuffer(4));
let waited = 0;

for (let round = 0; round < rounds; round++) {
  if (lock.tryAcquire() === 'busy') {
    waited++;
    lock.acquire();
  }
  const before = words[32] as number;
  if (round % 4 === 0) Atomics.wait(never, 0, 0, 0.02);
  words[32] = before + 1;
  lock.release();
}
parentPort?.postMessage(waited);
