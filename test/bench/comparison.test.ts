/**
 * The statistics of two arms: their intervals hold as often as they say, find what is there, and nothing that is not.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import t from 'tap';
import { medianDifference, medianOfBursts } from '../../bench/measure/bursts.js';
import { CONFIDENCE, compareAll, medianInterval, pairsNeeded } from '../../bench/measure/comparison.js';
import { isRight } from '../../bench/report/format.js';
import type { Comparison } from '../../bench/report/schema.js';

const random = xoroshiro128plus(20171102);

/** Skewed, as times are: most near the median, which is `middle`, and some far above. */
function skewed(middle: number): number {
  const [a, b] = [uniformFloat64(random), uniformFloat64(random)];
  const normal = Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b);
  return middle * Math.exp(0.02 * normal + (uniformFloat64(random) < 0.05 ? 0.5 : 0));
}

/**
 * The median of what skewed(1) draws: one in twenty samples lies far above, so it is where 50 of 95 others lie below.
 */
function trueMedian(): number {
  const sorted = Array.from({ length: 200_000 }, () => skewed(1)).sort((a, b) => a - b);
  return sorted[100_000] as number;
}

t.test('the interval holds the median at least as often as it says', async (t) => {
  const middle = trueMedian();
  for (const [count, confidence] of [
    [9, 0.95],
    [20, 0.95],
    [50, 0.99],
  ] as const) {
    const times = 4000;
    let held = 0;
    for (let i = 0; i < times; i++) {
      const { low, high } = medianInterval(
        Array.from({ length: count }, () => skewed(1)),
        confidence,
      );
      if (low <= middle && middle <= high) held++;
    }
    const error = 3 * Math.sqrt((confidence * (1 - confidence)) / times);
    t.ok(held / times >= confidence - error, `${count} samples, ${confidence}: ${held / times}`);
  }
});

t.test('the interval is the narrowest that order statistics allow', async (t) => {
  const ranks = (count: number, confidence: number) =>
    medianInterval(
      Array.from({ length: count }, (_, i) => i + 1),
      confidence,
    );
  // From tables of the binomial distribution: of 20, the 6th and the 15th for 95 %, the 4th and the 17th for 99 %.
  t.strictSame(ranks(20, 0.95), { low: 6, high: 15 });
  t.strictSame(ranks(20, 0.99), { low: 4, high: 17 });
  t.strictSame(ranks(6, 0.95), { low: 1, high: 6 });
});

t.test('bursts: a pair counts if both are clean, and every pair where none is', async (t) => {
  const burst = (nanoseconds: number, clean: boolean) => ({ nanoseconds, switches: clean ? 1 : 2 });
  const [clean, disturbed] = [(time: number) => burst(time, true), (time: number) => burst(time, false)];
  t.equal(medianOfBursts([clean(10), disturbed(90), clean(12)]), 11);
  t.equal(medianOfBursts([disturbed(90), disturbed(92)]), 91);
  t.equal(medianDifference([clean(15), clean(99), disturbed(50)], [clean(10), disturbed(1), clean(1)]), 5);
  // One side is clean where the other is not: a round that was no number made a whole table unreadable.
  t.equal(medianDifference([clean(15), disturbed(30), disturbed(40)], [disturbed(10), clean(20), clean(30)]), 10);
});

t.test('too few pairs bear no statement', async (t) => {
  t.throws(() => medianInterval([1, 2, 3, 4, 5], 0.95), /5 pairs are too few/);
  t.throws(() => medianInterval([], 0.95), /0 pairs are too few/);
  t.throws(() => medianInterval([1, 2, Number.NaN, 4, 5, 6, 7, 8], 0.95), /is no number/);
  for (const rows of [1, 3, 10]) {
    const confidence = 1 - (1 - CONFIDENCE) / rows;
    const samples = Array.from({ length: pairsNeeded(rows) }, (_, i) => i);
    t.ok(medianInterval(samples, confidence), `${samples.length} pairs bear ${rows} rows`);
    t.throws(() => medianInterval(samples.slice(1), confidence), /too few/, 'and one less does not');
  }
});

t.test('a difference of one percent is found, and none where there is none', async (t) => {
  const rows = 10;
  const tables = 200;
  let found = 0;
  let invented = 0;
  for (let table = 0; table < tables; table++) {
    const base = Array.from({ length: 100 }, () => skewed(1000));
    const pairs = Array.from({ length: rows }, (_, i) => ({
      id: String(i),
      label: String(i),
      unit: 'ns' as const,
      base,
      differences: base.map(() => 0.3 * (skewed(1000) - skewed(1000)) + (i === 0 ? 10 : 0)),
    }));
    const [planted, ...others] = compareAll(pairs);
    if (planted?.figures.conclusion === 'costs more') found++;
    if (others.some(({ figures }) => figures.conclusion !== 'no difference found')) invented++;
  }
  t.ok(found / tables > 0.95, `found in ${found} of ${tables} tables`);
  const most = 1 - CONFIDENCE + 3 * Math.sqrt((CONFIDENCE * (1 - CONFIDENCE)) / tables);
  t.ok(invented / tables <= most, `invented in ${invented} of ${tables} tables`);
});

t.test('a control says whether it came out as it must', async (t) => {
  const differences = Array.from({ length: 20 }, (_, i) => 10 + i);
  const row = { id: 'control', label: 'a control', unit: 'ns' as const, base: [1000], differences };
  const judge = (control: 'costs more' | 'no difference found') =>
    isRight(compareAll([{ ...row, control }])[0]?.figures as Comparison);
  t.equal(judge('costs more'), true);
  t.equal(judge('no difference found'), false);
});
