/** A worker with a RobustLock, whose sleep ends only when it is woken. */
import { parentPort, workerData } from 'node:worker_threads';
import { RobustLock } from '../../../lib/fence/robust-lock.js';
import { tokenOfThisThread } from '../../../lib/fence/token.js';
import { Word } from './robust-lock-words.js';

const { words, act, waits } = workerData as { words: Int32Array; act: keyof typeof acts; waits: number };
const lock = new RobustLock(words, 0, tokenOfThisThread(), Number.POSITIVE_INFINITY);
const never = new Int32Array(new SharedArrayBuffer(4));

const acts = {
  hold() {
    lock.acquire();
    parentPort?.postMessage('holding');
    Atomics.wait(never, 0, 0);
  },
  /** When the test says so. */
  acquire() {
    parentPort?.once('message', () => parentPort?.postMessage(lock.acquire()));
  },
  /**
   * Increments a word under the lock until all threads together have waited often enough, and holds the lock long
   * enough for others to go to sleep. Posts how many rounds it took part in.
   */
  count() {
    let rounds = 0;
    while (Atomics.load(words, Word.WAITS) < waits) {
      if (lock.tryAcquire() === 'busy') {
        Atomics.add(words, Word.WAITS, 1);
        lock.acquire();
      }
      const before = words[Word.COUNTER] as number;
      if (rounds % 2 === 0) Atomics.wait(never, 0, 0, 0.02);
      words[Word.COUNTER] = before + 1;
      lock.release();
      rounds++;
    }
    parentPort?.postMessage(rounds);
  },
};
acts[act]();
