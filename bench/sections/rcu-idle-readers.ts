/** What a registered reader that does nothing adds to a grace period, from 1 to 4,000 of them. */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { alone, reportCounted } from '../measure/counted.js';
import { row } from '../measure/report.js';
import { interleave, nanosecondsEach, paired, withoutPreemption } from '../measure/samples.js';

AsymmetricFence.createSync({ fallback: 'error' });
const [one, thousand, twoThousand, fourThousand] = [1, 1000, 2000, 4000].map(domainWith) as [
  RcuDomain,
  RcuDomain,
  RcuDomain,
  RcuDomain,
];

function domainWith(readers: number): RcuDomain {
  const domain = RcuDomain.createSync({ maxReaders: readers });
  for (let i = 0; i < readers; i++) domain.registerReader();
  return domain;
}

const calls = 50;
const counted = alone(2 * calls);
const sample = (domain: RcuDomain) =>
  withoutPreemption(
    counted(() =>
      nanosecondsEach(calls, (calls) => {
        for (let i = 0; i < calls; i++) domain.synchronizeSync();
      }),
    ),
  );

const { samples, discarded } = interleave(
  {
    one: sample(one),
    thousand: sample(thousand),
    twoThousand: sample(twoThousand),
    fourThousand: sample(fourThousand),
  },
  500,
  30,
);
const slope = (more: number[], less: number[], readers: number) =>
  paired(more, less, (more, less) => (more - less) / readers);
const { one: first } = samples;
reportCounted('synchronizeSync(), idle readers', first.length, discarded, [
  row('1 reader', 'ns', first),
  row('1000 readers', 'ns', samples.thousand),
  row('  each more than the first', 'ns', slope(samples.thousand, first, 999), 2),
  row('2000 readers', 'ns', samples.twoThousand),
  row('  each more than the first', 'ns', slope(samples.twoThousand, first, 1999), 2),
  row('4000 readers', 'ns', samples.fourThousand),
  row('  each more than the first', 'ns', slope(samples.fourThousand, first, 3999), 2),
]);
