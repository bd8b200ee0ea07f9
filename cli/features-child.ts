/** The child process that tries fences, a lock and RCU. It writes what it found of each before it tries the next. */
import { writeSync } from 'node:fs';
import { AsymmetricFence } from '../lib/fence/asymmetric-fence.js';
import { BiasedLock } from '../lib/fence/biased-lock.js';
import { RcuDomain } from '../lib/rcu/rcu-domain.js';
import { REPORT_FD } from './child.js';
import type { Feature, Features } from './features.js';

// First without the fallback, which says why membarrier(2) cannot be used. A refusal leaves the process undecided.
write({ whySymmetric: attempt(() => AsymmetricFence.createSync({ fallback: 'error' })).error });

let strategy: Features['strategy'] = null;
const fences = attempt(() => {
  const fence = AsymmetricFence.createSync();
  fence.light();
  fence.heavy();
  strategy = fence.strategy;
});
write({ strategy, fences });

const locks = attempt(() => {
  const words = new Int32Array(new SharedArrayBuffer(BiasedLock.WORDS * Int32Array.BYTES_PER_ELEMENT));
  new BiasedLock(AsymmetricFence.createSync(), words).withLock(() => {});
});
write({ locks });

const rcu = attempt(() => {
  const domain = RcuDomain.createSync();
  domain.registerReader().read(() => {});
  domain.synchronizeSync();
});
write({ rcu });

function attempt(act: () => void): Feature {
  try {
    act();
    return { works: true, error: null };
  } catch (error) {
    return { works: false, error: (error as Error).message };
  }
}

function write(found: Partial<Features>): void {
  writeSync(REPORT_FD, `${JSON.stringify(found)}\n`);
}
