/**
 * A short run of the torture test of RCU, what it prints, and what it answers the shell. Long ones:
 * docs/internals/rcu.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { faults } from '../../verification/faults/faults.js';
import { createVariant } from '../../verification/faults/variant.js';
import { type Ended, runBare } from '../support/process/fresh.js';

const program = fileURLToPath(new URL('../../verification/torture/main.js', import.meta.url));

/** On a machine that is busy with other things, it takes longer until readers and writers have met. */
async function untilConclusive(run: (seconds: number) => Promise<Ended>): Promise<Ended> {
  for (let seconds = 8; ; seconds *= 2) {
    const ended = await run(seconds);
    if (ended.status !== 4 || seconds > 30) return ended;
  }
}

function numbersOf(stdout: string, row: string): number[] {
  const [, cells = ''] = new RegExp(`^${row} +(.*)$`, 'm').exec(stdout) ?? [];
  return [...cells.matchAll(/\d+/g)].map(Number);
}

t.jobs = 2; // both flavors at once
for (const flavor of ['memb', 'qsbr']) {
  t.test(`a short run, ${flavor}`, { buffered: true, timeout: 120_000 }, async (t) => {
    const { status, stdout, stderr } = await untilConclusive((seconds) =>
      runBare([program, '--flavor', flavor, '--seconds', `${seconds}`, '--seed', '7']),
    );
    t.equal(status, 0, stdout);
    t.equal(stderr, '', 'progress is for terminals');
    t.match(stdout, new RegExp(`^torture test of RCU, flavor ${flavor}, seed 7\n[\\s\\S]*^seed +7$`, 'm'));
    t.match(stdout, /^passed: no section has seen an age above 1$/m);
    const [current = 0, replaced = 0, older] = ['age 0', 'age 1', 'age 2'].map((row) => numbersOf(stdout, row)[0]);
    t.ok(replaced >= 100 && current > replaced, 'readers and writers have met');
    t.equal(older, 0);
    t.strictSame(numbersOf(stdout, 'sections'), [current + replaced], 'nothing was older, or unknown');
    const [periods = 0] = numbersOf(stdout, 'grace periods');
    const barriers = Number(numbersOf(stdout, 'barriers')[0]);
    t.ok(periods > 100 && (flavor === 'memb' ? barriers >= 2 * periods - 2 : barriers === 0));
    t.strictSame(numbersOf(stdout, 'time-outs'), [0]);
    t.ok(numbersOf(stdout, 'waits').every((count) => count > 0) && numbersOf(stdout, 'waits').length === 5);
    t.ok(Number(numbersOf(stdout, 'rounds of pairs')[0]) > 0);
    t.ok(numbersOf(stdout, 'deaths').reduce((sum, count) => sum + count, 0) > 0);
  });
}

t.test('a grace period that is too short is noticed: status 1', { timeout: 120_000 }, async (t) => {
  const dist = await createVariant(faults.find(({ name }) => name === 'counter-not-advanced'));
  for (let seconds = 8; ; seconds *= 2) {
    const { status, stdout } = await runBare([`${dist}/verification/torture/main.js`, '--seconds', `${seconds}`]);
    if (status !== 1 && seconds < 30) continue;
    t.equal(status, 1);
    t.match(stdout, /^failed: \d+ times a section has seen what was freed$/m);
    t.match(stdout, /^age (unknown|[2-9]|10) +[1-9]/m);
    return;
  }
});

t.test('what has hardly begun is inconclusive: status 4', async (t) => {
  const { status, stdout } = await runBare([program, '--seconds', '0.001']);
  t.equal(status, 4);
  t.match(stdout, /^inconclusive: /m);
});

t.test('Ctrl-C ends it, with the table', async (t) => {
  const child = spawn(execPath, [program, '--minutes', '5'], { env: {}, stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    stdout += more;
  });
  await once(child.stdout, 'data');
  await setTimeout(1000);
  child.kill('SIGINT');
  const [status, signal] = await closed;
  t.equal(signal, null);
  t.ok([0, 4].includes(status), `status ${status}`);
  t.match(stdout, /^grace periods +\d+$/m);
});

t.test('--help, and bad arguments: status 2', async (t) => {
  const help = await runBare([program, '--help']);
  t.match(help, { status: 0, stderr: '' });
  t.match(help.stdout, /^Usage: /);
  for (const [args, complaint] of [
    [['--seconds', '0'], "--seconds must be a number above 0 and at most 86400. Received '0'"],
    [['--minutes', 'ten'], "--minutes must be a number above 0 and at most 1440. Received 'ten'"],
    [['--minutes', '1', '--seconds', '1'], '--minutes or --seconds, not both'],
    [['--seed', '1.5'], "--seed takes an integer from 0 to 4294967295, and not '1.5'"],
    [['--patience', ''], "--patience must be a number above 0 and at most 3600. Received ''"],
    [['--nonsense'], '--nonsense'],
  ] as const) {
    const { status, stdout, stderr } = await runBare([program, ...args]);
    t.match({ status, stdout }, { status: 2, stdout: '' }, args.join(' '));
    t.match(stderr, complaint);
    t.match(stderr, /^Usage: /m);
  }
});
