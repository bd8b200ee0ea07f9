/**
 * What a lock costs that no other thread wants: BiasedLock to its owner, after its revocation, and two ordinary locks
 * on Atomics.compareExchange. Each lock is first checked to exclude.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AsymmetricFence } from 'node-membarrier/fence';
import { contest } from '../measure/contest.js';
import { LOCK_WORDS, type Lock, type LockName, lockNames, lockOver } from '../measure/locks.js';
import { timed } from '../measure/samples.js';

AsymmetricFence.createSync({ fallback: 'error' });
for (const name of lockNames) await checkExclusion(name);

const owned = lockOver('biased', freshWords());
const shared = freshWords();
await useElsewhere('biased', shared, 1);
const revoked = lockOver('biased', shared);
revoked.lock();
revoked.unlock();

const calls = 100_000;
const sampleOf = (lock: Lock) => timed(calls, 'lock.lock(); lock.unlock();', { lock });
const compared = { to: ['futex', 'spin'] } as const;
contest({
  id: 'lock',
  title: 'lock and unlock, uncontended',
  contenders: {
    empty: { label: 'an empty loop', sample: timed(calls, '') },
    owner: { label: 'BiasedLock, its owner', sample: sampleOf(owned), ...compared },
    local: { label: 'the same, local consts', sample: timed(calls, 'lock(); unlock();', { ...owned }), ...compared },
    revoked: { label: 'BiasedLock, its bias revoked', sample: sampleOf(revoked) },
    futex: { label: 'a futex lock', sample: sampleOf(lockOver('futex', freshWords())) },
    spin: { label: 'a spinning lock', sample: sampleOf(lockOver('spin', freshWords())) },
  },
  rounds: 300,
  warmUp: 50,
  notes: ['a futex lock: compareExchange, then exchange and notify; a spinning lock: compareExchange, then store'],
});

function freshWords(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * (LOCK_WORDS + 1)));
}

/** Increments the word behind the lock in a worker, under the lock. */
async function useElsewhere(name: LockName, words: Int32Array, times: number): Promise<void> {
  const url = new URL('../measure/lock-worker.js', import.meta.url);
  await once(new Worker(url, { workerData: { name, words, times } }), 'exit');
}

async function checkExclusion(name: LockName): Promise<void> {
  const words = freshWords();
  const times = 20_000;
  await Promise.all([useElsewhere(name, words, times), useElsewhere(name, words, times)]);
  if (words[LOCK_WORDS] !== 2 * times) throw new Error(`the lock '${name}' does not exclude`);
}
