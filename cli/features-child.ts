/** The child process that tries fences, a lock and RCU, and writes what it found as JSON to file descriptor 3. */
import { writeSync } from 'node:fs';
import { AsymmetricFence } from '../lib/fence/asymmetric-fence.js';
import { BiasedLock } from '../lib/fence/biased-lock.js';
import { RcuDomain } from '../lib/rcu/rcu-domain.js';
import { type Feature, type Features, REPORT_FD } from './features.js';

function attempt(act: () => void): Feature {
  try {
    act();
    return { works: true, error: null };
  } catch (error) {
    return { works: false, error: (error as Error).message };
  }
}

// First without the fallback, which says why membarrier(2) cannot be used. A refusal leaves the process undecided.
const withMembarrier = attempt(() => AsymmetricFence.createSync({ fallback: 'error' }));
let strategy: Features['strategy'] = null;
const fences = attempt(() => {
  const fence = AsymmetricFence.createSync();
  fence.light();
  fence.heavy();
  strategy = fence.strategy;
});
const locks = attempt(() => {
  const words = new Int32Array(new SharedArrayBuffer(BiasedLock.WORDS * Int32Array.BYTES_PER_ELEMENT));
  new BiasedLock(AsymmetricFence.createSync(), words).withLock(() => {});
});
const rcu = attempt(() => {
  const domain = RcuDomain.createSync();
  domain.registerReader().read(() => {});
  domain.synchronizeSync();
});
const found: Features = { strategy, whySymmetric: withMembarrier.error, fences, locks, rcu };
writeSync(REPORT_FD, JSON.stringify(found));
