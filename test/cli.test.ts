/** The command line: what it prints, and what it answers the shell. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { promisify } from 'node:util';
import { Command, membarrier as facade } from 'node-membarrier';
import t from 'tap';
import { root } from '../bench/support/harness.js';
import type { CommandReport, Diagnosis } from '../lib/cli/diagnosis.js';
import type { Environment } from '../lib/cli/environment.js';
import { main, membarrier, sandboxed } from './support/cli.js';
import { runBare } from './support/fresh.js';
import { everyCommand, has } from './support/kernel.js';

const { EPERM, ENOSYS, EINVAL } = constants.errno;
const every = -1;
type Doctor = Diagnosis & { version: string; environment: Environment };

const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };

function report({ stdout }: { stdout: string }): Doctor {
  return JSON.parse(stdout) as Doctor;
}

function of(doctor: Doctor, name: string): CommandReport {
  return doctor.commands.find(({ command }) => command === name) as CommandReport;
}

t.test('doctor is what it does without being told', async (t) => {
  const { status, stdout, stderr } = await membarrier();
  t.equal(status, 0);
  t.equal(stderr, '');
  t.match(stdout, `node-membarrier ${version}`);
  t.match(stdout, /^kernel +Linux \d/m);
  t.match(stdout, /^libc +(glibc|musl)/m);
  t.match(stdout, `Node.js       ${process.version}`);
  t.match(stdout, /^available: the kernel has \d+ of 11 commands, and all of them work here$/m);
  for (const command of everyCommand) t.match(stdout, new RegExp(`^${command} .*${has(command) ? 'yes' : 'no'}`, 'm'));
  t.match(stdout, /^PRIVATE_EXPEDITED +4\.14 +yes +yes(, held)? +EPERM +[\d.]+ [nu]s$/m);
  t.notMatch(stdout, '\u001b', 'no colour, no control characters');
  t.ok(
    stdout.split('\n').every((line) => line.length <= 80),
    'it fits a terminal of 80 columns',
  );
});

t.test('doctor --json', async (t) => {
  const { status, stdout } = await membarrier('doctor', '--json');
  t.equal(status, 0);
  const doctor = report({ stdout });
  t.match(doctor, { version, verdict: 'available', cause: null, environment: { node: process.version, libc: String } });
  t.strictSame(
    doctor.commands.map(({ command, number }) => [command, number]),
    Object.entries(Command),
  );
  for (const { command, supported, outcome, answer, nanoseconds } of doctor.commands) {
    t.equal(supported, has(command));
    t.equal(outcome, has(command) ? 'works' : 'unsupported', command);
    t.equal(answer, has(command) ? 'ok' : 'EINVAL');
    t.equal((nanoseconds ?? 0) > 0, has(command), `${command} takes ${nanoseconds} ns`);
  }
  const nanoseconds = doctor.commands.flatMap((command) => command.nanoseconds ?? []);
  t.equal(new Set(nanoseconds).size, nanoseconds.length, 'each is a measurement of its own');
  if (has('GLOBAL')) t.ok(Number(of(doctor, 'GLOBAL').nanoseconds) > 100 * Number(of(doctor, 'QUERY').nanoseconds));
  const tells = has('GET_REGISTRATIONS');
  t.match(of(doctor, 'PRIVATE_EXPEDITED'), {
    unregistered: 'EPERM',
    registration: { needed: true, heldAtStart: tells ? false : null, held: tells ? true : null },
  });
  t.match(of(doctor, 'GLOBAL_EXPEDITED'), { unregistered: 'ok', registration: { needed: false } });
  t.equal(of(doctor, 'QUERY').registration, null);
});

t.test('query', async (t) => {
  const { mask, commands } = facade.query();
  const { status, stdout } = await membarrier('query');
  t.equal(status, 0);
  t.strictSame(stdout.trim().split('\n'), [`0x${mask.toString(16)}`, ...commands]);
  t.strictSame(JSON.parse((await membarrier('query', '--json')).stdout), { mask, commands: [...commands] });
});

t.test('--help and --version', async (t) => {
  for (const flag of ['--help', '-h']) {
    const { status, stdout } = await membarrier(flag);
    t.equal(status, 0);
    t.match(stdout, /^Usage: membarrier \[doctor \| query\] \[--json\][\s\S]*Exit status: 0 /);
  }
  t.match(await membarrier('--version'), { status: 0, stdout: `${version}\n` });
});

t.test('wrong usage: status 2, and what was wrong', async (t) => {
  for (const [args, message] of [
    [['bench'], /^membarrier: Unknown command 'bench': doctor and query are known\nTry 'membarrier --help'\.$/m],
    [['toString'], /Unknown command 'toString'/],
    [['query', 'doctor'], /Unexpected argument 'doctor'/],
    [['--jsno'], /^membarrier: Unknown option '--jsno'\nTry/],
    [['--json=yes'], /--json/],
  ] as const) {
    const { status, stdout, stderr } = await membarrier(...args);
    t.equal(status, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, message);
  }
});

t.test('a sandbox that refuses everything: blocked', async (t) => {
  const { status, stdout } = await sandboxed([[every, EPERM]]);
  t.equal(status, 3);
  t.match(stdout, /^blocked: a sandbox refuses every command/m);
  t.match(stdout, /^sandbox +refuses every command: EPERM/m);
  const doctor = report(await sandboxed([[every, EPERM]], '--json'));
  t.equal(doctor.verdict, 'blocked');
  t.ok((doctor.environment.seccompFilters ?? 1) > 0);
  t.ok(
    doctor.commands.every(
      ({ supported, outcome, nanoseconds }) => !supported && outcome !== 'works' && nanoseconds === null,
    ),
  );
});

t.test('a sandbox that refuses one command: restricted, and only where it matters', async (t) => {
  const { status, stdout } = await sandboxed([[Command.REGISTER_PRIVATE_EXPEDITED, EPERM]], '--json');
  t.equal(status, 3);
  const doctor = report({ stdout });
  t.equal(doctor.verdict, 'restricted');
  t.strictSame(
    doctor.commands.filter(({ outcome }) => outcome === 'denied').map(({ command, answer }) => [command, answer]),
    [['REGISTER_PRIVATE_EXPEDITED', 'EPERM']],
  );
  t.match(of(doctor, 'PRIVATE_EXPEDITED'), { outcome: 'unregistrable', supported: true });
  const page = await sandboxed([[Command.REGISTER_PRIVATE_EXPEDITED, EPERM]]);
  t.match(page.stdout, /^sandbox +refuses REGISTER_PRIVATE_EXPEDITED: EPERM \(/m, 'the other is refused by the kernel');
  t.match(page.stdout, /^PRIVATE_EXPEDITED +4\.14 +yes, but cannot register +yes/m);
});

t.test('a sandbox that refuses QUERY alone', async (t) => {
  const { status, stdout } = await sandboxed([[Command.QUERY, EPERM]], '--json');
  t.equal(status, 3);
  t.match(of(report({ stdout }), 'PRIVATE_EXPEDITED'), { supported: null, outcome: 'works' });
});

t.test('EINVAL to a command that QUERY offers: denied, not unsupported', async (t) => {
  const { status, stdout } = await sandboxed([[Command.GLOBAL_EXPEDITED, EINVAL]]);
  t.equal(status, 3);
  t.match(stdout, /^GLOBAL_EXPEDITED +4\.16 +yes, but EINVAL/m);
});

t.test('EINVAL to everything, QUERY included: no kernel answers that', async (t) => {
  const { status, stdout } = await sandboxed([[every, EINVAL]], '--json');
  t.equal(status, 3);
  t.match(report({ stdout }), { verdict: 'blocked' });
});

t.test('a sandbox that kills: a verdict and not a death', async (t) => {
  const { status, stdout } = await sandboxed([[every, 0]]);
  t.equal(status, 3);
  t.match(stdout, /^killed: a sandbox kills the process that calls membarrier\(2\)$/m);
  t.match(stdout, /^GLOBAL +4\.3 +SIGSYS/m);

  const one = await sandboxed([[Command.PRIVATE_EXPEDITED_SYNC_CORE, 0]], '--json');
  t.equal(one.status, 3);
  const doctor = report(one);
  t.equal(doctor.verdict, 'restricted');
  t.strictSame(
    doctor.commands.filter(({ outcome }) => outcome === 'kills').map(({ command, answer }) => [command, answer]),
    [['PRIVATE_EXPEDITED_SYNC_CORE', 'SIGSYS']],
  );

  const telling = report(await sandboxed([[Command.GET_REGISTRATIONS, 0]], '--json'));
  t.match(of(telling, 'PRIVATE_EXPEDITED'), { outcome: 'works', registration: { held: null } }, 'only asking is fatal');

  const query = await sandboxed([[every, 0]], 'query');
  t.match(query, { status: 3, stdout: '', stderr: 'membarrier: a sandbox kills the caller of QUERY (SIGSYS)\n' });
});

t.test('a sandbox that kills the calling thread alone, so that the call never returns', async (t) => {
  const thread = -1;
  const [all, one] = await Promise.all([
    sandboxed([[every, thread]], 'query'),
    sandboxed([[Command.PRIVATE_EXPEDITED_SYNC_CORE, thread]], '--json'),
  ]);
  t.match(all, { status: 3, stderr: 'membarrier: a sandbox kills the caller of QUERY (no return)\n' });
  t.equal(one.status, 3);
  t.match(of(report(one), 'PRIVATE_EXPEDITED_SYNC_CORE'), { outcome: 'kills', answer: 'no return' });
});

t.test('a registration that kills is told from the call that would need it', async (t) => {
  const { stdout } = await sandboxed(
    [
      [Command.REGISTER_PRIVATE_EXPEDITED, 0],
      [Command.REGISTER_GLOBAL_EXPEDITED, 0],
    ],
    '--json',
  );
  const doctor = report({ stdout });
  t.match(of(doctor, 'REGISTER_PRIVATE_EXPEDITED'), { outcome: 'kills', answer: 'SIGSYS' });
  t.match(of(doctor, 'PRIVATE_EXPEDITED'), { outcome: 'unregistrable', unregistered: 'EPERM' });
  t.match(of(doctor, 'GLOBAL_EXPEDITED'), { outcome: 'works' }, 'which needs none');
});

t.test('ENOSYS to QUERY alone: the rest works, and is said to', async (t) => {
  const { status, stdout } = await sandboxed([[Command.QUERY, ENOSYS]], '--json');
  t.equal(status, 3);
  t.match(of(report({ stdout }), 'PRIVATE_EXPEDITED'), { outcome: 'works' });
});

t.test('what NODE_OPTIONS prints into the probes does no harm', async (t) => {
  const options = "--import data:text/javascript,console.log('agent+started')";
  const { stdout } = await promisify(execFile)('env', [
    '-i',
    `NODE_OPTIONS=${options}`,
    process.execPath,
    main,
    'query',
  ]);
  t.match(stdout, /^agent\+started\n0x/);
});

t.test('ENOSYS: unavailable', async (t) => {
  const { status, stdout } = await sandboxed([[every, ENOSYS]]);
  t.equal(status, 1);
  t.match(stdout, /^unavailable: membarrier\(2\) cannot be used here\nthe kernel answers ENOSYS/m);
  t.match(await sandboxed([[every, ENOSYS]], 'query'), { status: 1, stdout: '', stderr: /ENOSYS/ });
  t.match(await sandboxed([[every, EPERM]], 'query', '--json'), {
    status: 3,
    stdout: /"error": "a sandbox denies QUERY/,
  });
});

t.test('no addon, and another platform: unavailable, with the reason', async (t) => {
  const noAddons = await runBare(['--no-addons', main]);
  t.equal(noAddons.status, 1);
  t.match(noAddons.stdout, /cannot be used here\n.*cannot be reached[\s\S]*without --no-addons$/m);
  const pretend = "data:text/javascript,Object.defineProperty(process, 'platform', { value: 'darwin' })";
  const darwin = await runBare(['--import', pretend, main, 'query']);
  t.match(darwin, { status: 1, stderr: /a system call of Linux, and this is darwin/ });
});

t.test('what cannot be found out or printed: status 4, without a stack', async (t) => {
  const full = await promisify(execFile)('sh', ['-c', `'${process.execPath}' '${main}' query > /dev/full; echo $?`]);
  t.match(full, { stdout: '4\n', stderr: /^membarrier: ENOSPC.*\n$/ });
});

t.test('no child process to probe in: unavailable, and why', async (t) => {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const { status, stderr } = await runBare([
    permission,
    '--allow-fs-read=*',
    '--allow-addons',
    '--no-warnings',
    main,
    'query',
  ]);
  t.equal(status, 1);
  t.match(stderr, /^membarrier: no child process to probe in: .*restricted/);
});

t.test('a reader that closes the pipe early is no failure', async (t) => {
  // `true` has ended long before doctor has anything to say.
  const { stderr } = await promisify(execFile)('sh', ['-c', `'${process.execPath}' '${main}' | true`]);
  t.equal(stderr, '');
});
