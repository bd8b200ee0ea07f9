import { workerData } from 'node:worker_threads';
import { LOCK_WORDS, type LockName, lockOver } from './locks.js';

const { name, words, times } = workerData as { name: LockName; words: Int32Array; times: number };
const lock = lockOver(name, words);
for (let i = 0; i < times; i++) {
  lock.lock();
  words[LOCK_WORDS] = (words[LOCK_WORDS] as number) + 1;
  lock.unlock();
}
