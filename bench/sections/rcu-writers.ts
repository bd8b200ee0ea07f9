/**
 * What synchronizeSync() costs beside the two barriers that it issues, and beside liburcu's synchronize_rcu: with a
 * reader that runs on the other CPU, and with none that runs.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { contest } from '../measure/contest.js';
import { alone, bySiblings, here, measuringBeside, reaching } from '../measure/counted.js';
import { DATA_BYTES } from '../measure/read-sides.js';
import { Activity, startReaderThread } from '../measure/reader-thread.js';
import { type Sample, timed, withoutPreemption } from '../measure/samples.js';
import { startUrcu, type Urcu } from '../peers/urcu.js';

const { heavy } = AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
domain.registerReader(); // as the peer's main thread is one
/** What a grace period takes. */
const BARRIERS = 2;

await measuringBeside('a grace period', async (cpu) => {
  const urcu = startUrcu('inlined', here, cpu);
  const reader = await startReaderThread(domain, 'object', cpu);
  checkBarriers();
  measure('alone', 'no running reader', 200, alone, (sample) => sample(), urcu);
  measure('beside', '1 running reader', 50, reaching, (sample) => reader.during(Activity.RUN, sample), urcu);
  await reader.end();
});

function checkBarriers(): void {
  const before = domain.stats();
  for (let i = 0; i < 100; i++) domain.synchronizeSync();
  const { barriers, gracePeriods } = domain.stats();
  if (gracePeriods - before.gracePeriods !== 100) throw new Error('not a grace period for each call');
  if (barriers - before.barriers !== 100 * BARRIERS) throw new Error('not two barriers for each grace period');
}

/** `company` says what the peer's other thread does, and `during` sees to ours. */
function measure(
  company: 'alone' | 'beside',
  readers: string,
  calls: number,
  guard: (barriers: number, sample: Sample) => Sample,
  during: (sample: () => number) => number,
  urcu: Urcu | undefined,
): void {
  const own = (statement: string, names: object) => {
    const sample = timed(calls, statement, names);
    return withoutPreemption(guard(BARRIERS * calls, () => during(sample)));
  };
  const peer = (operation: 'synchronize' | 'barriers') =>
    urcu && guard(BARRIERS * calls, () => urcu.measure(operation, company, calls));
  const [barriersOfPeer, synchronizeOfPeer] = [peer('barriers'), peer('synchronize')];
  contest({
    id: `grace-period-${company}`,
    title: `a grace period, ${readers}`,
    contenders: {
      barriers: { label: 'two heavy()', sample: own('heavy(); heavy();', { heavy }) },
      own: {
        label: 'synchronizeSync()',
        sample: own('domain.synchronizeSync()', { domain }),
        ...(company === 'alone' ? { moreThan: ['barriers'] } : {}),
        to: ['barriers', 'urcu'],
      },
      'urcu-barriers': barriersOfPeer && { label: 'liburcu: two barriers in C', sample: barriersOfPeer },
      urcu: synchronizeOfPeer && {
        label: 'liburcu: synchronize_rcu',
        sample: synchronizeOfPeer,
        to: ['urcu-barriers'],
      },
    },
    rounds: 500,
    warmUp: 50,
    ...bySiblings,
  });
}
