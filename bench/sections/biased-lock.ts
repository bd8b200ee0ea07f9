/**
 * What a lock costs that nobody else wants: BiasedLock to its owner, after its revocation, and two ordinary locks on
 * Atomics.compareExchange. Each lock is first checked to exclude.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AsymmetricFence } from 'node-membarrier/fence';
import { LOCK_WORDS, type LockName, lockNames, lockOver } from '../measure/locks.js';
import { type Row, reportRows } from '../measure/report.js';
import { interleave, nanosecondsEach, paired } from '../measure/samples.js';

AsymmetricFence.createSync({ fallback: 'error' });
for (const name of lockNames) await checkExclusion(name);

const owned = lockOver('biased', freshWords());
const shared = freshWords();
await useElsewhere('biased', shared, 1);
const revoked = lockOver('biased', shared);
revoked.lock();
revoked.unlock();
const spin = lockOver('spin', freshWords());
const futex = lockOver('futex', freshWords());
measure();

function freshWords(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * (LOCK_WORDS + 1)));
}

/** Increments the word behind the lock in a worker, under the lock. */
async function useElsewhere(name: LockName, words: Int32Array, times: number): Promise<void> {
  const worker = new Worker(new URL('../measure/lock-worker.js', import.meta.url), {
    workerData: { name, words, times },
  });
  await once(worker, 'exit');
}

async function checkExclusion(name: LockName): Promise<void> {
  const words = freshWords();
  const times = 20_000;
  await Promise.all([useElsewhere(name, words, times), useElsewhere(name, words, times)]);
  if (words[LOCK_WORDS] !== 2 * times) throw new Error(`the lock '${name}' does not exclude`);
}

/** Each in a function of its own, so that V8 compiles each loop for what it calls. */
function measure(): void {
  const calls = 100_000;
  const { samples } = interleave(
    {
      empty: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++);
        }),
      owned: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) {
            owned.lock();
            owned.unlock();
          }
        }),
      inConst: () =>
        nanosecondsEach(calls, (calls) => {
          const { lock, unlock } = owned;
          for (let i = 0; i < calls; i++) {
            lock();
            unlock();
          }
        }),
      revoked: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) {
            revoked.lock();
            revoked.unlock();
          }
        }),
      spin: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) {
            spin.lock();
            spin.unlock();
          }
        }),
      futex: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) {
            futex.lock();
            futex.unlock();
          }
        }),
    },
    300,
    50,
  );
  const ratio = (a: number, b: number) => a / b;
  const comparison = (own: number[]): Row[] => [
    { label: '  to a futex lock', unit: 'times', samples: paired(own, samples.futex, ratio), limit: ['median', 0.4] },
    { label: '  to a spinning lock', unit: 'times', samples: paired(own, samples.spin, ratio), limit: ['median', 0.4] },
  ];
  reportRows('lock and unlock, uncontended', [
    { label: 'an empty loop', unit: 'ns', samples: samples.empty },
    { label: 'BiasedLock, its owner', unit: 'ns', samples: samples.owned, limit: ['median', 8] },
    ...comparison(samples.owned),
    { label: 'the same, consts of the function', unit: 'ns', samples: samples.inConst, limit: ['median', 8] },
    ...comparison(samples.inConst),
    { label: 'BiasedLock, its bias revoked', unit: 'ns', samples: samples.revoked },
    { label: 'compareExchange; exchange, notify: a futex lock', unit: 'ns', samples: samples.futex },
    { label: 'compareExchange; store: a spinning lock', unit: 'ns', samples: samples.spin },
  ]);
}
