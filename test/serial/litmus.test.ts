/**
 * The litmus suite on this machine: no forbidden outcome where none may be, though leaving a fence out shows them. And
 * the suite itself: it must fail where it should, and say so where it cannot tell.
 */
import { arch } from 'node:process';
import t, { type Test } from 'tap';
import { harness } from '../../harness/index.js';
import type { FenceName } from '../../litmus/sides.js';
import { runSuite, type TestResult } from '../../litmus/suite.js';
import { litmusTests } from '../../litmus/tests.js';

const skip = harness.affinity().length === 1 && 'on one CPU no two threads run at once, so nothing is reordered';

/**
 * Where QUERY takes more than a microsecond (a virtual machine with page-table isolation), the stores of the other side
 * are visible by then, and its control shows hardly anything, however long it is tried. Then nothing follows, and the
 * test says so.
 */
const mayBeInconclusive = ['cold-store-buffering', 'biased-lock'];

function isInconclusive(t: Test, { test, verdict, arms }: TestResult): boolean {
  if (verdict !== 'inconclusive' || !mayBeInconclusive.includes(test.name)) return false;
  const tallies = arms.map(({ role, forbidden, iterations }) => `${role} ${forbidden} of ${iterations}`);
  t.comment(`inconclusive: ${test.name}: ${tallies.join(', ')}`);
  return true;
}

/** On a machine that is busy with other things, controls may take longer to show what they are for. */
async function untilConclusive(name: string, heavy: FenceName = 'heavy'): Promise<TestResult> {
  for (let milliseconds = 1000; ; milliseconds *= 2) {
    const [result] = await runSuite({ only: [name], milliseconds, heavy });
    if (result === undefined) throw new Error(`there is no litmus test ${name}`);
    if (result.verdict !== 'inconclusive' || milliseconds > 10_000) return result;
  }
}

for (const { name, arms } of litmusTests.filter((test) => !test.orderedOn.includes(arch))) {
  t.test(name, { skip }, async (t) => {
    const result = await untilConclusive(name);
    t.not(result.verdict, 'failed');
    if (isInconclusive(t, result)) return;
    t.equal(result.verdict, 'passed');
    for (const { role, forbidden, iterations } of result.arms) {
      t.ok(iterations > 1000, `${role}: ${iterations} iterations, ${forbidden} forbidden`);
      t.equal(forbidden > 0, role === 'control');
    }
    t.equal(result.arms.length, arms.length);
  });
}

for (const { name } of litmusTests.filter((test) => test.orderedOn.includes(arch))) {
  t.test(`${name}: ${arch} never reorders this, and the control says so`, { skip }, async (t) => {
    const [result] = await runSuite({ only: [name], milliseconds: 1000 });
    t.equal(result?.verdict, 'inconclusive');
  });
}

t.test('with QUERY in the place of PRIVATE_EXPEDITED the suite fails', { skip }, async (t) => {
  const result = await untilConclusive('cold-store-buffering', 'query');
  if (isInconclusive(t, result)) return;
  const { verdict, arms } = result;
  t.equal(verdict, 'failed');
  const claim = arms.find(({ role }) => role === 'claim');
  t.match(claim, { lightSide: 'light', heavySide: 'query' });
  t.ok(Number(claim?.forbidden) > 0, `${claim?.forbidden} of ${claim?.iterations}`);
});

t.test('with a light fence in the place of the heavy one every test of it fails', { skip }, async (t) => {
  for (const { name, orderedOn } of litmusTests) {
    if (orderedOn.includes(arch)) continue;
    t.equal((await untilConclusive(name, 'light')).verdict, 'failed', name);
  }
});
