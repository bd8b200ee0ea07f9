/** `membarrier litmus`: what it prints, and what it answers the shell. */
import { availableParallelism, constants } from 'node:os';
import { Command } from 'node-membarrier';
import t from 'tap';
import { litmusTests } from '../../litmus/tests.js';
import { main, membarrier, sandboxed } from '../support/cli/cli.js';
import { type Ended, runBare } from '../support/process/fresh.js';

/** On a machine that is busy with other things, controls may take longer to show what they are for. */
async function untilConclusive(
  litmus: (...args: string[]) => Promise<Ended>,
  seconds: number,
  ...args: string[]
): Promise<Ended> {
  const ended = await litmus('litmus', '--seconds', `${seconds}`, ...args);
  return ended.status !== 4 || seconds > 10 ? ended : untilConclusive(litmus, 2 * seconds, ...args);
}

const skip = availableParallelism() === 1 && 'on one CPU no two threads run at once, so nothing is reordered';
const storeBuffering = ['--only', 'store-buffering'];

const inSandbox =
  (...deny: (readonly [number, number])[]) =>
  (...args: string[]) =>
    sandboxed(deny, ...args);

t.test('the page', { skip }, async (t) => {
  const { status, stdout, stderr } = await untilConclusive(membarrier, 5);
  // These two may find out nothing on some machines: test/serial/litmus.test.ts says why.
  const inconclusive =
    /^inconclusive: .*could not have shown one:\n {2}((cold-store-buffering|biased-lock)(, )?)+$/m.exec(stdout);
  if (inconclusive !== null) t.comment(inconclusive[0]);
  t.equal(status, inconclusive === null ? 0 : 4);
  t.equal(stderr, '', 'progress is for terminals');
  t.match(stdout, /^litmus tests, strategy membarrier, \d+ CPUs, Node.js v/);
  for (const { name, forbiddenOutcome } of litmusTests) {
    t.match(stdout, new RegExp(`^${name}: (passed|inconclusive)`, 'm'));
    t.match(stdout, `forbidden: ${forbiddenOutcome}`);
  }
  t.match(stdout, /^ {2}control +light \/ light +2 +\d+ +[1-9]\d* +\d+\.\d{3} %$/m);
  t.match(stdout, /^ {2}claim +light \/ heavy +2 +\d+ +0 +0\.000 %$/m);
  if (inconclusive === null) {
    t.match(stdout, /^passed: no forbidden outcome was seen, and leaving a fence out showed some$/m);
  }
  t.ok(stdout.split('\n').every((line) => line.length <= 100));
});

t.test('--json and --only', { skip }, async (t) => {
  const { status, stdout } = await untilConclusive(membarrier, 1, ...storeBuffering, '--json');
  const report = JSON.parse(stdout);
  t.match(report, {
    environment: { node: process.version },
    strategy: 'membarrier',
    verdict: 'passed',
    tests: [{ name: 'store-buffering', verdict: 'passed' }],
  });
  t.equal(status, 0);
  t.equal(report.tests.length, 1);
  for (const { iterations, outcomes, forbidden } of report.tests[0].arms) {
    const counts = Object.values(outcomes as Record<string, number>);
    t.equal(
      counts.reduce((sum, count) => sum + count, 0),
      iterations,
      'the outcomes are those of all iterations',
    );
    t.equal(outcomes.neither ?? 0, forbidden);
  }
});

t.test('where membarrier(2) is denied, the symmetric fences are tried', { skip }, async (t) => {
  const { status, stdout } = await untilConclusive(inSandbox([-1, constants.errno.EPERM]), 1, ...storeBuffering);
  t.equal(status, 0);
  t.match(stdout, /^litmus tests, strategy symmetric/);
});

const pretend = -2;

t.test(
  'a sandbox that only pretends to issue barriers, before their registration as well, is not trusted',
  { skip },
  async (t) => {
    const { status, stdout } = await untilConclusive(
      inSandbox([Command.PRIVATE_EXPEDITED, pretend]),
      1,
      ...storeBuffering,
    );
    t.equal(status, 0);
    t.match(stdout, /^litmus tests, strategy symmetric/);
  },
);

t.test('one that cannot be told by its answers is found out by what it does: status 5', { skip }, async (t) => {
  // As on a kernel before 6.3, under a libc that may have registered the barrier itself.
  const litmus = inSandbox([Command.PRIVATE_EXPEDITED, pretend], [Command.GET_REGISTRATIONS, constants.errno.EINVAL]);
  const { status, stdout } = await untilConclusive(
    litmus,
    2,
    '--only',
    'cold-store-buffering',
    '--only',
    'biased-lock',
  );
  t.equal(status, 5);
  t.match(stdout, /^failed: a forbidden outcome was seen \((cold-store-buffering|biased-lock)/m);
});

t.test('where there is no heavy fence: status 1, and why', async (t) => {
  const { status, stdout, stderr } = await runBare(['--no-addons', main, 'litmus']);
  t.match({ status, stdout }, { status: 1, stdout: '' });
  t.match(stderr, /^membarrier: Cannot call membarrier\(2\) from this thread:\n.*without --no-addons/);
});

t.test('what cannot be told: status 4', async (t) => {
  const { status, stdout } = await membarrier('litmus', '--seconds', '0.001', '--only', 'biased-lock');
  t.equal(status, 4);
  t.match(stdout, /^inconclusive: .*could not have shown one:\n {2}biased-lock$/m);
});
