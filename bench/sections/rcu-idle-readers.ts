/** What a registered reader that does nothing adds to a grace period, from 1 to 4,000 of them. */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { MIN_KEPT } from '../measure/contest.js';
import { alone, bySiblings } from '../measure/counted.js';
import { reportMissing, reportSamples, row } from '../measure/report.js';
import { interleave, paired, timed, withoutPreemption } from '../measure/samples.js';

AsymmetricFence.createSync({ fallback: 'error' });
const counts = [1, 1000, 2000, 4000];
const calls = 50;

function sampleWith(readers: number) {
  const domain = RcuDomain.createSync({ maxReaders: readers });
  for (let i = 0; i < readers; i++) domain.registerReader();
  return withoutPreemption(alone(2 * calls, timed(calls, 'domain.synchronizeSync()', { domain })));
}

const contenders = Object.fromEntries(counts.map((count) => [`readers-${count}`, sampleWith(count)]));
const { samples, discarded } = interleave(contenders, 500, 30);
const first = samples['readers-1'] as number[];
const rows = counts.flatMap((count) => {
  const own = samples[`readers-${count}`] as number[];
  const each = paired(own, first, (more, less) => Math.max(0, more - less) / (count - 1));
  const below = count === 1 ? [] : row('each', 'each more than the first', 'ns', each);
  return row(`readers-${count}`, `${count} reader${count === 1 ? '' : 's'}`, 'ns', own, ...below);
});
const title = 'synchronizeSync(), idle readers';
const kept = `${first.length} rounds kept, ${discarded} discarded for ${bySiblings.discardedFor}`;
if (first.length < MIN_KEPT) reportMissing(title, `too few samples are of use: ${kept}`);
else reportSamples({ id: 'idle-readers', title, notes: [kept, ...bySiblings.notes] }, rows);
