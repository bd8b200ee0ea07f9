/** The command line: what it prints, and what it answers the shell. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Command, membarrier as facade } from 'node-membarrier';
import t from 'tap';
import { root } from '../../harness/index.js';
import { litmusTests } from '../../litmus/tests.js';
import { main, membarrier, of, report } from '../support/cli/cli.js';
import { permissionFlag, pretendDarwin, runBare } from '../support/process/fresh.js';
import { everyCommand, has } from '../support/process/kernel.js';

const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };

t.test('doctor is what it does without being told', async (t) => {
  const { status, stdout, stderr } = await membarrier();
  t.equal(status, 0);
  t.equal(stderr, '');
  t.match(
    stdout,
    new RegExp(
      `^node-membarrier ${version}\n\nFences, locks and RCU work here, on membarrier\\(2\\) \\(strategy "membarrier"\\)\\.\n` +
        'A barrier takes \\d[\\d.]* [nu]s while no other thread of the process runs\\.\n',
    ),
    'first what users want to know',
  );
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
  const works = { works: true, error: null };
  t.strictSame(doctor.features, {
    strategy: 'membarrier',
    whySymmetric: null,
    fences: works,
    locks: works,
    rcu: works,
  });
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
  // Two may be equal by chance.
  t.ok(new Set(nanoseconds).size > nanoseconds.length / 2, 'each is a measurement of its own');
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

t.test('help, of all and of each command, and --version', async (t) => {
  const general = (await membarrier('help')).stdout;
  for (const command of ['doctor', 'query', 'litmus', 'bench']) t.match(general, new RegExp(`^  ${command} `, 'm'));
  for (const args of [['--help'], ['-h'], ['help', 'help']]) {
    t.match(await membarrier(...args), { status: 0, stdout: general });
  }
  for (const command of ['doctor', 'query', 'litmus']) {
    const { status, stdout } = await membarrier(command, '--help');
    t.match({ status, stdout }, { status: 0, stdout: `Usage: membarrier ${command} ` });
    t.match(stdout, /\nExit status: 0 /);
    t.equal((await membarrier('help', command)).stdout, stdout);
    t.ok((general + stdout).split('\n').every((line) => line.length <= 80));
  }
  const litmus = (await membarrier('help', 'litmus')).stdout;
  for (const { name } of litmusTests) t.match(litmus, new RegExp(`^ +${name}$`, 'm'));
  t.match(await membarrier('--version'), { status: 0, stdout: `${version}\n` });
});

t.test('wrong usage: status 2, and what was wrong', async (t) => {
  for (const [args, message] of [
    [
      ['benhc'],
      /^membarrier: There is no command 'benhc'. The commands are: doctor, query, litmus, bench, help\nTry 'membarrier help'\.$/m,
    ],
    [['toString'], /There is no command 'toString'/],
    [['help', 'toString'], /There is no command 'toString'. The commands are: doctor, query, litmus, bench/],
    [['query', 'doctor'], /Unexpected argument 'doctor'/],
    [['--jsno'], /^membarrier: Unknown option '--jsno'\nTry/],
    [['--json=yes'], /--json/],
    [['query', '--seconds', '1'], /The command query has no option '--seconds'/],
    [['--only', 'store-buffering'], /The command doctor has no option '--only'/],
    [['litmus', '--seconds', '0'], /--seconds must be a number above 0 and at most 86400\. Received '0'/],
    [['litmus', '--seconds', 'long'], /Received 'long'/],
    [['litmus', '--seconds', '1e9'], /Received '1e9'/],
    [['litmus', '--only', 'store'], /There is no litmus test 'store'. The tests are: store-buffering, /],
  ] as const) {
    const { status, stdout, stderr } = await membarrier(...args);
    t.equal(status, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, message);
  }
});

t.test('bench is a package of its own, and where it is not installed the line to run is printed', async (t) => {
  const ended = await membarrier('bench', '--only', 'rcu');
  t.match(ended, { status: 4, stdout: '' });
  for (const args of [
    ['help', 'bench'],
    ['bench', '--help'],
  ]) {
    t.match(await membarrier(...args), {
      status: 0,
      stdout: /^Usage: membarrier bench[\s\S]*npx node-membarrier-bench/,
    });
  }
  t.match(ended.stderr, /^membarrier: bench is a package of its own.* Run: npx node-membarrier-bench --only rcu\n$/);
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

t.test('no addon, and another platform: unavailable, with the reason', async (t) => {
  const noAddons = await runBare(['--no-addons', main]);
  t.equal(noAddons.status, 1);
  t.match(noAddons.stdout, /cannot be used here\n.*Cannot call membarrier\(2\)[\s\S]*without --no-addons$/m);
  t.match(
    noAddons.stdout,
    /^Not working here: fences, locks, RCU\.\nWhy, and what to do: Cannot call membarrier\(2\)/m,
  );
  const features = report(await runBare(['--jitless', main, '--json'])).features;
  t.match(features, { strategy: 'membarrier', fences: { works: true }, rcu: { works: false, error: /WebAssembly/ } });
  const darwin = await runBare([...pretendDarwin, main, 'query']);
  t.match(darwin, { status: 1, stderr: /a system call of Linux, and this platform is darwin/ });
});

t.test('what cannot be found out or printed: status 4, without a stack', async (t) => {
  const full = await promisify(execFile)('sh', ['-c', `'${process.execPath}' '${main}' query > /dev/full; echo $?`]);
  t.match(full, { stdout: '4\n', stderr: /^membarrier: ENOSPC.*\n$/ });
});

t.test('no child process to probe in: unavailable, and why', async (t) => {
  const { status, stderr } = await runBare([
    permissionFlag,
    '--allow-fs-read=*',
    '--allow-addons',
    '--no-warnings',
    main,
    'query',
  ]);
  t.equal(status, 1);
  t.match(stderr, /^membarrier: no child process to probe in: .*restricted/);
});

t.test('doctor where no child process may be started: unavailable, and why', async (t) => {
  const flags = [permissionFlag, '--allow-fs-read=*', '--allow-addons', '--no-warnings'];
  const { status, stdout } = await runBare([...flags, main]);
  t.equal(status, 1);
  t.match(stdout, /^Not working here: fences, locks, RCU\.\nWhy, and what to do: No child process to try them in:/m);
  t.match(stdout, /^unavailable: .*\nno child process to probe in: .*restricted/m);
});

t.test('a reader that closes the pipe early is no failure', async (t) => {
  // `true` has ended long before doctor has anything to say.
  const { stderr } = await promisify(execFile)('sh', ['-c', `'${process.execPath}' '${main}' | true`]);
  t.equal(stderr, '');
});
