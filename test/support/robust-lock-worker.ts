/** A worker with a RobustLock, whose sleep ends only when it is woken. */
import { parentPort, workerData } from 'node:worker_threads';
import { RobustLock } from '../../lib/fence/robust-lock.js';
import { tokenOfThisThread } from '../../lib/fence/threads.js';

const { words, act, rounds } = workerData as { words: Int32Array; act: keyof typeof acts; rounds: number };
const lock = new RobustLock(words, 0, tokenOfThisThread(), Number.POSITIVE_INFINITY);
const never = new Int32Array(new SharedArrayBuffer(4));

const acts = {
  hold() {
    lock.acquire();
    parentPort?.postMessage('holding');
    Atomics.wait(never, 0, 0);
  },
  /** When it is told to. */
  acquire() {
    parentPort?.once('message', () => parentPort?.postMessage(lock.acquire()));
  },
  /** Increments a word under the lock, and holds it long enough for others to go to sleep. Posts how often it had to wait. */
  count() {
    let waited = 0;
    for (let round = 0; round < rounds; round++) {
      if (lock.tryAcquire() === 'busy') {
        waited++;
        lock.acquire();
      }
      const before = words[32] as number;
      if (round % 2 === 0) Atomics.wait(never, 0, 0, 0.02);
      words[32] = before + 1;
      lock.release();
    }
    parentPort?.postMessage(waited);
  },
};
acts[act]();
