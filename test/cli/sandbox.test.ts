/** The command line inside sandboxes: what it makes of commands that are denied, hidden or fatal. */
import { constants } from 'node:os';
import { Command } from 'node-membarrier';
import t from 'tap';
import { of, report, sandboxed } from '../support/cli/cli.js';

const { EPERM, ENOSYS, EINVAL } = constants.errno;
const every = -1;

// Started before all else: a probe that hangs is waited for, for ten seconds.
const thread = -1;
const hanging = Promise.all([
  sandboxed([[every, thread]], 'query'),
  sandboxed([[Command.PRIVATE_EXPEDITED_SYNC_CORE, thread]], '--json'),
]);

t.test('a sandbox that refuses everything: blocked', async (t) => {
  const { status, stdout } = await sandboxed([[every, EPERM]]);
  t.equal(status, 3);
  t.match(stdout, /^blocked: a sandbox refuses every command/m);
  t.match(stdout, /^sandbox +refuses every command: EPERM/m);
  t.match(stdout, /^Fences, locks and RCU work here, without membarrier\(2\): each light fence is a\n/m);
  t.match(stdout, /^Why, and what to do to get membarrier\(2\): A sandbox refused/m);
  t.ok(stdout.split('\n').every((line) => line.length <= 80));
  const doctor = report(await sandboxed([[every, EPERM]], '--json'));
  t.match(doctor.features, { strategy: 'symmetric', whySymmetric: /A sandbox refused/, rcu: { works: true } });
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
  t.match(page.stdout, /^PRIVATE_EXPEDITED +4\.14 +refused +yes/m);
});

t.test('a sandbox that refuses QUERY alone', async (t) => {
  const { status, stdout } = await sandboxed([[Command.QUERY, EPERM]], '--json');
  t.equal(status, 3);
  t.match(of(report({ stdout }), 'PRIVATE_EXPEDITED'), { supported: null, outcome: 'works' });
});

t.test('EINVAL to a command that QUERY offers: denied, not unsupported', async (t) => {
  const { status, stdout } = await sandboxed([[Command.GLOBAL_EXPEDITED, EINVAL]]);
  t.equal(status, 3);
  t.match(stdout, /^GLOBAL_EXPEDITED +4\.16 +EINVAL +no/m);
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
  t.match(stdout, /^Not working here: fences, locks, RCU\.\nWhy, and what to do: A sandbox kills/m);
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
  const [all, one] = await hanging;
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
  t.match(
    doctor.features.fences,
    { works: false, error: /\(SIGSYS\)\. Allow the system call/ },
    'trying them is fatal',
  );
});

t.test('ENOSYS to QUERY alone: the rest works, and is said to', async (t) => {
  const { status, stdout } = await sandboxed([[Command.QUERY, ENOSYS]], '--json');
  t.equal(status, 3);
  t.match(of(report({ stdout }), 'PRIVATE_EXPEDITED'), { outcome: 'works' });
});

t.test('ENOSYS: unavailable', async (t) => {
  const { status, stdout } = await sandboxed([[every, ENOSYS]]);
  t.equal(status, 1);
  t.match(stdout, /^unavailable: membarrier\(2\) cannot be used here\nmembarrier\(2\) is missing here \(ENOSYS\)/m);
  t.match(await sandboxed([[every, ENOSYS]], 'query'), { status: 1, stdout: '', stderr: /ENOSYS/ });
  t.match(await sandboxed([[every, EPERM]], 'query', '--json'), {
    status: 3,
    stdout: /"error": "A sandbox refused QUERY/,
  });
});
