/**
 * `membarrier bench`, run as users run it: what it measures here, and what it makes of a machine that does not let it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import type { Row, Samples, Section } from '../../bench/report/schema.js';
import { harness, SwitchShape } from '../../harness/index.js';
import { functionCallInterrupts } from '../../harness/interrupts.js';
import { readIfThere } from '../../harness/proc.js';
import { bench, benchMain, readBench as read } from '../support/bench/bench.js';
import { type Filter, sandboxedProgram } from '../support/cli/cli.js';
import { type Ended, runCommand } from '../support/process/fresh.js';

const { EPERM, ENOSYS } = constants.errno;
const [here, there] = harness.affinity() as [number, number?];
const skip =
  there === undefined
    ? 'this process may use one CPU only'
    : functionCallInterrupts() === undefined && 'this kernel does not show function call interrupts';

t.setTimeout(300_000);

const quickly = ['--quick', '--json'];
const only = (...names: string[]) => [...quickly, ...names.flatMap((name) => ['--only', name])];

const sandboxed = (deny: readonly Filter[], ...args: string[]) => sandboxedProgram(benchMain, deny, ...args);

function sectionOf(ended: { stdout: string }, name: string): Section {
  return read(ended).sections.find((section) => section.name === name) as Section;
}

/** But for what takes too long where other processes keep the machine busy. */
function whyMissing(ended: { stdout: string }, name: string): string[] {
  const reasons = sectionOf(ended, name).missing.map(({ why }) => why);
  return reasons.filter((why) => !why.includes('too long for --quick'));
}

t.test('interrupts, which are exact', { skip }, async (t) => {
  const ended = await bench(...only('interrupts'));
  const { complete, effort, sections } = read(ended);
  t.equal(ended.status, sections[0]?.missing.length === 0 ? 0 : 4);
  t.strictSame(whyMissing(ended, 'interrupts'), []);
  t.match({ complete, effort, sections }, { complete: true, effort: 'quick', sections: { length: 1 } });
  const rows = sections[0]?.tables.find(({ id }) => id === 'counts')?.rows as Row<Samples | null>[];
  const counts = rows.flatMap(({ id, figures }) => (figures === null ? [] : [{ id, ...figures }]));
  t.ok(counts.length >= 6, `${counts.length} rows`);
  for (const { id, median, expected = -1 } of counts) t.ok(Math.abs(median - expected) <= 0.05, `${id}: ${median}`);
});

t.test('the page is written beside the table', async (t) => {
  const page = `${t.testdir({})}/page.html`;
  const { status, stdout } = await bench('--quick', '--only', 'import', '--html', page);
  t.equal(status, 0);
  t.match(stdout, /with an empty script +ms +\d/);
  t.match(await runCommand('head', ['-c', '15', page]), { stdout: '<!doctype html>' });
});

t.test('--json FILE writes a file, beside the table', async (t) => {
  const file = `${t.testdir({})}/report.json`;
  const { status, stdout } = await bench('--quick', '--only', 'import', '--json', file);
  t.equal(status, 0);
  t.match(stdout, /with an empty script +ms +\d/);
  t.strictSame(
    read({ stdout: readFileSync(file, 'utf8') }).sections.map(({ name }) => name),
    ['import'],
  );
});

t.test('one CPU only: what needs a sibling is missing, the rest is there', async (t) => {
  const ended = await runCommand('taskset', ['-c', String(here), execPath, benchMain, ...only('interrupts', 'import')]);
  t.equal(ended.status, 4);
  t.strictSame(whyMissing(ended, 'interrupts'), ['this process may use one CPU only']);
  t.ok(sectionOf(ended, 'import').tables.length > 0);
  t.equal(read(ended).environment.cpus, 1);
});

t.test('no leave to pin', async (t) => {
  const ended = await sandboxed([['pinning', EPERM]], ...only('bystander', 'scheduler', 'calls'));
  t.equal(ended.status, 4);
  for (const why of whyMissing(ended, 'bystander')) t.equal(why, 'pinning is refused with EPERM');
  t.match(whyMissing(ended, 'scheduler'), [/^pinning is refused/, /^pinning/, /^pinning/]);
  const [table] = sectionOf(ended, 'calls').tables;
  t.match(table?.notes, [/rounds kept/, 'not pinned to a CPU: pinning is refused with EPERM'], 'said of what there is');
});

t.test('no /proc/interrupts', { skip: skip || (await whyNoNamespace()) }, async (t) => {
  const script = `mount --bind /dev/null /proc/interrupts && exec "$@"`;
  const args = ['--mount', 'sh', '-c', script, 'sh', execPath, benchMain, ...only('interrupts', 'bystander')];
  const ended = await runCommand('unshare', args);
  t.equal(ended.status, 4);
  t.strictSame(whyMissing(ended, 'interrupts'), ['this kernel does not show function call interrupts']);
});

async function whyNoNamespace(): Promise<string | false> {
  const { status } = await runCommand('unshare', ['--mount', 'true']).catch(() => ({ status: 1 }));
  return status !== 0 && 'this user may not make a mount namespace';
}

t.test('membarrier(2) denied, or not there: what does without it is measured', async (t) => {
  for (const [errno, status] of [
    [EPERM, 3],
    [ENOSYS, 1],
  ] as const) {
    const ended = await sandboxed([[-1, errno]], ...only('calls', 'interrupts', 'fences', 'import'));
    t.equal(ended.status, status);
    const ids = read(ended).sections.flatMap(({ tables }) => tables.map(({ id }) => id));
    t.strictSame(ids, ['refused', 'inline', 'process']);
    t.ok(whyMissing(ended, 'interrupts').every((why) => why.includes('membarrier')));
  }
});

t.test('a sandbox that kills', async (t) => {
  const ended = await sandboxed([[-1, 0]], ...only('interrupts', 'import'));
  t.equal(ended.status, 3);
  t.ok(whyMissing(ended, 'interrupts').every((why) => why === 'it was ended by SIGSYS'));
  t.ok(sectionOf(ended, 'import').tables.length > 0);
});

/** Whether a part of bench runs now, as a process that `parent` has started. */
function runs(part: string, parent: number): boolean {
  const children = (readIfThere(`/proc/${parent}/task/${parent}/children`) ?? '').split(' ').filter(Boolean);
  return children.some((pid) => readIfThere(`/proc/${pid}/cmdline`)?.includes(`/sections/${part}.js`));
}

/** Starts it in a process group of its own, as a shell does, and sends SIGINT when the second of three has begun. */
async function interruptedBench(whole: 'group' | 'process'): Promise<Ended> {
  const child = spawn(execPath, [benchMain, ...only('interrupts', 'fences', 'import')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid as number;
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const end = once(child, 'close');
  while (child.exitCode === null && !runs('fences', pid)) await setTimeout(20);
  process.kill(whole === 'group' ? -pid : pid, 'SIGINT');
  const [status, signal] = (await end) as [number | null, NodeJS.Signals | null];
  const [stdout, stderr] = await output;
  t.throws(() => process.kill(-pid, 0), { code: 'ESRCH' }, 'nobody of the group is left');
  return { status, signal, stdout, stderr };
}

t.test('Ctrl-C ends it with what was measured', async (t) => {
  const progress = /^\[1\/3\] interrupts: .*\n\[2\/3\] fences: .*\n$/;
  for (const whole of ['group', 'process'] as const) {
    const ended = await interruptedBench(whole);
    t.match(ended, { status: 130, stderr: progress }, whole);
    const { complete, sections } = read(ended);
    t.equal(complete, false);
    t.strictSame(
      sections.map(({ name }) => name),
      ['interrupts', 'fences'],
    );
    t.ok((sections[0]?.tables.length ?? 0) > 0, 'the tables that were there');
    t.match(sections.at(-1)?.missing.at(-1)?.why, 'interrupted');
  }
});

t.test('a process that it has stopped does not stay behind', { skip }, async (t) => {
  const args = [benchMain, '--quick', '--only', 'bystander'];
  const child = spawn(execPath, args, { stdio: 'ignore' });
  const stopped = () => /^\d+ \(node\) T/.test(busy === undefined ? '' : (readIfThere(`/proc/${busy}/stat`) ?? ''));
  let busy: string | undefined;
  while (child.exitCode === null && !stopped()) {
    busy = busyProcess();
    await setTimeout(5);
  }
  t.ok(busy, 'there was one');
  child.kill('SIGINT');
  await once(child, 'close');
  t.match(readIfThere(`/proc/${busy}/stat`) ?? 'gone', /^gone$|\) Z /, 'it is gone, or nobody has reaped it yet');
});

/** That of `neighbour`, however it was started. */
function busyProcess(): string | undefined {
  const isBusy = (pid: string) => readIfThere(`/proc/${pid}/cmdline`)?.includes('/busy-process.js');
  return readdirSync('/proc').find((name) => /^\d+$/.test(name) && isBusy(name));
}

t.test('progress: in one line of a terminal, a line for each section elsewhere', async (t) => {
  const command = [execPath, benchMain, '--quick', '--only', 'import'];
  const terminal = await runCommand('script', ['--quiet', '--return', '--command', command.join(' '), '/dev/null']);
  t.match(terminal.stdout, /\[1\/1\] import: importing the package \.\.\./);
  t.equal((await bench('--quick', '--only', 'import')).stderr, '[1/1] import: importing the package ...\n');
});

/** Nanoseconds that so many turns take at the least, on a CPU whose clock may yet become four times as fast. */
function leastCost(turns: number): number {
  return Math.min(...Array.from({ length: 20 }, () => harness.timeSpin(turns))) / 4;
}

t.test('a cost that is planted in an arm is in its hand-overs', async (t) => {
  const spin = 1_000_000;
  const least = leastCost(spin);
  for (const shape of [SwitchShape.PROCESSES, SwitchShape.THREADS]) {
    const bursts = await harness.measureSwitches(
      [shape, here, here, 20, 5],
      [
        [0, 0, 0],
        [0, 0, spin],
      ],
    );
    if (typeof bursts === 'number') throw new Error(String(bursts));
    for (const { nanoseconds } of bursts.slice(5)) t.ok(nanoseconds >= least, `${nanoseconds} ns`);
  }
});

t.test('what cannot be set up is answered, not waited for', async (t) => {
  const { EINVAL } = constants.errno;
  t.equal(await harness.measureSwitches([SwitchShape.PROCESSES, 4000, 0, 5, 5], [[0, 0, 0]]), -EINVAL, 'no such CPU');
  t.equal(
    await harness.measureSwitches([SwitchShape.PROCESSES, here, 0, 5, 5], [[-5, 0, 0]]),
    -EINVAL,
    'no such command',
  );
  t.equal(
    await harness.measureSwitches([SwitchShape.PROCESSES, here, 0, 5, 65], [[0, 0, 0]]),
    -EINVAL,
    'too many bursts',
  );
});
