/**
 * What synchronizeSync() costs beside the two barriers that it issues, and beside liburcu's synchronize_rcu: with a
 * reader that runs on the other CPU, and with none that runs. And what each registered reader adds that does nothing.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { alone, here, measuringBeside, reaching, reportCounted } from '../measure/counted.js';
import { DATA_BYTES } from '../measure/read-sides.js';
import { type ReaderThread, startReaderThread } from '../measure/reader-thread.js';
import { type Row, row } from '../measure/report.js';
import {
  type Contender,
  difference,
  interleave,
  nanosecondsEach,
  paired,
  ratio,
  retrying,
  withoutPreemption,
} from '../measure/samples.js';
import { startUrcu, type Urcu } from '../peers/urcu.js';

const { heavy } = AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
domain.registerReader(); // as the peer's main thread is one
/** What a grace period takes. */
const BARRIERS = 2;

await measuringBeside('a grace period', measureGracePeriods);

async function measureGracePeriods(cpu: number): Promise<void> {
  const urcu = startUrcu('inlined', here, cpu);
  const reader = await startReaderThread(domain, 'object', cpu);
  checkBarriers();
  measureAlone(urcu);
  measureBeside(urcu, reader);
  await reader.end();
}

function checkBarriers(): void {
  const before = domain.stats();
  synchronizeOften(100);
  const { barriers, gracePeriods } = domain.stats();
  if (gracePeriods - before.gracePeriods !== 100) throw new Error('not a grace period for each call');
  if (barriers - before.barriers !== 100 * BARRIERS) throw new Error('not two barriers for each grace period');
}

function synchronizeOften(calls: number): void {
  for (let i = 0; i < calls; i++) domain.synchronizeSync();
}

function issueTwoOften(calls: number): void {
  for (let i = 0; i < calls; i++) {
    heavy();
    heavy();
  }
}

function measureAlone(urcu: Urcu | undefined): void {
  const calls = 200;
  const { samples, discarded } = contend(alone(BARRIERS * calls), calls, urcu, 'alone', (sample) => sample());
  const { own, barriers, peer } = samples;
  reportCounted('a grace period, no running reader', own.length, discarded, [
    row('two heavy()', 'ns', barriers),
    row('synchronizeSync()', 'ns', own, 600),
    row('  more than two heavy()', 'ns', paired(own, barriers, difference)),
    ...beside(own, peer, samples.peerBarriers, urcu),
  ]);
}

function measureBeside(urcu: Urcu | undefined, reader: ReaderThread): void {
  const calls = 50;
  const { samples, discarded } = contend(reaching(BARRIERS * calls), calls, urcu, 'beside', reader.running);
  const { own, barriers, peer } = samples;
  reportCounted('a grace period, 1 running reader', own.length, discarded, [
    row('two heavy()', 'ns', barriers),
    row('synchronizeSync()', 'ns', own),
    row('  to two heavy()', 'times', paired(own, barriers, ratio), 1.1),
    ...beside(own, peer, samples.peerBarriers, urcu),
  ]);
}

function beside(own: number[], peer: number[], peerBarriers: number[], urcu: Urcu | undefined): Row[] {
  if (urcu === undefined) return [];
  return [
    row('  to liburcu', 'times', paired(own, peer, ratio), 1),
    row('liburcu: two barriers in C', 'ns', peerBarriers),
    row('liburcu: synchronize_rcu', 'ns', peer),
    row('  to two barriers in C', 'times', paired(peer, peerBarriers, ratio)),
  ];
}

/** `company` says what the peer's other thread does, and `during` sees to ours. */
function contend(
  counted: (sample: Contender) => Contender,
  calls: number,
  urcu: Urcu | undefined,
  company: 'alone' | 'beside',
  during: (sample: () => number) => number,
) {
  const own = (loop: (calls: number) => void) =>
    withoutPreemption(counted(() => during(() => nanosecondsEach(calls, loop))));
  const peer = (operation: 'synchronize' | 'barrier', calls: number): Contender =>
    urcu === undefined ? () => Number.NaN : retrying(counted(() => urcu.measure(operation, company, calls)));
  const rounds = interleave(
    {
      barriers: own(issueTwoOften),
      own: own(synchronizeOften),
      peer: peer('synchronize', calls),
      peerBarriers: peer('barrier', BARRIERS * calls),
    },
    500,
    50,
  );
  const peerBarriers = rounds.samples.peerBarriers.map((cost) => BARRIERS * cost);
  return { ...rounds, samples: { ...rounds.samples, peerBarriers } };
}
