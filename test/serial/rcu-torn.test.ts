/**
 * No step on a domain's words is torn by terminate(): threads that take them in tight loops are ended at any moment.
 */
import { setTimeout } from 'node:timers/promises';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { startTorn, tornWords, type Work } from '../support/rcu/torn.js';

/** So many of each. A step that is torn shows in a twentieth of them. */
const ROUNDS = 80;

for (const work of ['sections', 'slots', 'gracePeriods'] satisfies Work[]) {
  t.test(work, async (t) => {
    const problems: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const domain = RcuDomain.createSync({ maxReaders: 1 });
      domain.synchronizeSync(); // so that a section's sequence is not 0
      const worker = await startTorn(domain.handle, work);
      await setTimeout(round % 4);
      await worker.terminate();
      problems.push(...tornWords(domain, work));
      // The next thread continues from there.
      domain.synchronizeSync();
      domain.registerReader().read(() => {});
    }
    t.strictSame(problems, []);
  });
}
