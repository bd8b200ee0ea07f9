/** The whole suite: every test, arm by arm, and what follows. */
import { type ArmResult, runArm } from './run.js';
import type { FenceName } from './sides.js';
import { type LitmusTest, litmusTests } from './tests.js';

/**
 * 'passed': no forbidden outcome where none may be, though at the rate of the control there should have been ten.
 * 'failed': there was one. 'inconclusive': there was none, and hardly any in the control either, so that nothing
 * follows.
 */
export type Verdict = 'passed' | 'failed' | 'inconclusive';

export interface TestResult {
  readonly test: LitmusTest;
  readonly arms: readonly ArmResult[];
  readonly verdict: Verdict;
}

export interface SuiteOptions {
  /** For the whole suite. Half of each test's time goes to its claim. */
  readonly milliseconds: number;
  /** The names of the tests to run; all, where there are none. */
  readonly only?: readonly string[] | undefined;
  /** What stands in for the heavy fence, to see whether the suite notices. */
  readonly heavy?: FenceName;
  readonly onStart?: (test: LitmusTest) => void;
}

export async function runSuite({ only, milliseconds, heavy = 'heavy', onStart }: SuiteOptions): Promise<TestResult[]> {
  const tests = only === undefined ? litmusTests : litmusTests.filter(({ name }) => only.includes(name));
  const results: TestResult[] = [];
  for (const test of tests) {
    onStart?.(test);
    results.push(await runTest(test, milliseconds / tests.length, heavy));
  }
  return results;
}

async function runTest(test: LitmusTest, milliseconds: number, heavy: FenceName): Promise<TestResult> {
  const arms: ArmResult[] = [];
  for (const arm of test.arms) {
    const share = arm.role === 'claim' ? 1 / 2 : 1 / 2 / (test.arms.length - 1);
    arms.push(await runArm(test, arm.heavySide === 'heavy' ? { ...arm, heavySide: heavy } : arm, share * milliseconds));
  }
  return { test, arms, verdict: verdictOf(test, arms) };
}

/**
 * How many forbidden outcomes a claim should have shown if it were no better than its control, for a zero to mean
 * something.
 */
const EXPECTED = 10;

function verdictOf({ mustOccur }: LitmusTest, arms: readonly ArmResult[]): Verdict {
  if (arms.some(({ role, forbidden }) => role !== 'control' && forbidden > 0)) return 'failed';
  const controls = arms.filter(({ role }) => role === 'control');
  const rate = Math.min(...controls.map(({ forbidden, iterations }) => forbidden / Math.max(1, iterations)));
  const conclusive = arms
    .filter(({ role }) => role === 'claim')
    .every(
      ({ iterations, outcomes }) =>
        rate * iterations >= EXPECTED && mustOccur.every((outcome) => outcomes[outcome] !== undefined),
    );
  return conclusive ? 'passed' : 'inconclusive';
}
