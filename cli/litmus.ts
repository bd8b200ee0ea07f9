/** `membarrier litmus`: whether the fences order memory on this machine, tried for a while, as a page or as JSON. */
import { availableParallelism } from 'node:os';
import { arch, stderr } from 'node:process';
import { MembarrierError } from '../lib/core/errors.js';
import { AsymmetricFence } from '../lib/fence/asymmetric-fence.js';
import type { ArmResult } from '../litmus/run.js';
import { runSuite, type TestResult, type Verdict } from '../litmus/suite.js';
import { type LitmusTest, litmusTests } from '../litmus/tests.js';
import { EXIT_FAILED, EXIT_UNAVAILABLE, type Result, UsageError } from '../terminal/result.js';
import { environment } from './environment.js';
import { renderTable } from './table.js';

export interface LitmusOptions {
  readonly json: boolean;
  readonly seconds: string;
  readonly only: readonly string[] | undefined;
}

/** A forbidden outcome was seen. */
const EXIT_FORBIDDEN = 5;

export async function litmus({ json, seconds, only }: LitmusOptions): Promise<Result> {
  const milliseconds = 1000 * parseSeconds(seconds);
  checkNames(only);
  const fence = await AsymmetricFence.create().catch(reasonAgainst);
  if (typeof fence === 'string') return { output: `membarrier: ${fence}`, status: EXIT_UNAVAILABLE, toStderr: true };
  const results = await runSuite({ milliseconds, only, onStart: showProgress });
  const verdict = overall(results);
  const output = json
    ? JSON.stringify(
        { environment: environment(), strategy: fence.strategy, verdict, tests: results.map(plain) },
        null,
        2,
      )
    : render(fence.strategy, results, verdict);
  return { output, status: statuses[verdict] };
}

/** Why this process has no fences: it cannot load the addon, and others might (--no-addons). */
function reasonAgainst(error: unknown): string {
  if (error instanceof MembarrierError) return error.message;
  throw error;
}

function showProgress({ name }: LitmusTest): void {
  if (stderr.isTTY) stderr.write(`\r\x1b[K${name} ...\r`);
}

const statuses: Record<Verdict, number> = { passed: 0, failed: EXIT_FORBIDDEN, inconclusive: EXIT_FAILED };

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new UsageError(`--seconds must be a number above 0 and at most 86400. Received '${text}'`);
}

function checkNames(only: readonly string[] | undefined): void {
  const names = litmusTests.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no litmus test '${unknown}'. The tests are: ${names.join(', ')}`);
}

/**
 * A test that cannot be conclusive, since the processor never reorders what it looks at, does not count against the
 * rest.
 */
function overall(results: readonly TestResult[]): Verdict {
  const verdicts = results.filter((result) => !isOrdered(result)).map(({ verdict }) => verdict);
  if (results.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'passed') ? 'passed' : 'inconclusive';
}

/** Whether the test was inconclusive, and had to be. */
function isOrdered({ test, verdict }: TestResult): boolean {
  return verdict === 'inconclusive' && test.orderedOn.includes(arch);
}

function plain({ test, arms, verdict }: TestResult): unknown {
  const { name, lightSide, heavySide, forbiddenOutcome } = test;
  return { name, lightSide, heavySide, forbiddenOutcome, verdict, arms };
}

function render(strategy: string, results: readonly TestResult[], verdict: Verdict): string {
  const { node } = environment();
  return [
    `litmus tests, strategy ${strategy}, ${availableParallelism()} CPUs, Node.js ${node}`,
    ...results.map(renderTest),
    `${verdict}: ${conclusion(results, verdict)}`,
  ].join('\n\n');
}

function renderTest(result: TestResult): string {
  const { test, arms, verdict } = result;
  const note = isOrdered(result) ? `: ${arch} never reorders these accesses, so only a compiler could` : '';
  return [
    `${test.name}: ${verdict}${note}`,
    `  light side: ${test.lightSide}`,
    `  heavy side: ${test.heavySide}`,
    `  forbidden: ${test.forbiddenOutcome}`,
    ...renderTable([header, ...arms.map(row)])
      .split('\n')
      .map((line) => `  ${line}`),
    ...arms.map(({ role, outcomes }) => `  ${role}: ${renderOutcomes(outcomes)}`),
  ].join('\n');
}

const header = ['arm', 'light / heavy side', 'threads', 'iterations', 'forbidden', 'share'];

function row({ role, lightSide, heavySide, threads, iterations, forbidden }: ArmResult): string[] {
  const share = iterations === 0 ? '-' : `${((100 * forbidden) / iterations).toFixed(3)} %`;
  return [role, `${lightSide} / ${heavySide}`, String(threads), String(iterations), String(forbidden), share];
}

function renderOutcomes(outcomes: ArmResult['outcomes']): string {
  const seen = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`);
  return seen.join(', ') || 'none';
}

function conclusion(results: readonly TestResult[], verdict: Verdict): string {
  const names = (wanted: Verdict) => results.filter((result) => result.verdict === wanted).map(({ test }) => test.name);
  if (verdict === 'failed') return `a forbidden outcome was seen (${names('failed').join(', ')})`;
  if (verdict === 'passed') return 'no forbidden outcome was seen, and leaving a fence out showed some';
  const blind = results
    .filter((result) => result.verdict === 'inconclusive' && !isOrdered(result))
    .map(({ test }) => test.name);
  return `no forbidden outcome was seen, but some tests could not have shown one:\n  ${blind.join(', ')}`;
}
