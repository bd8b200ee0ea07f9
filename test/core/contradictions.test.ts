/**
 * Answers that contradict each other are not believed, and a registration that the kernel has lost is made again. For
 * real: seccomp filters that return 0 for calls that they do not make, as some emulators do; strace, where it is
 * installed, for a single call.
 */
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Command } from 'node-membarrier';
import t from 'tap';
import { of, report, sandboxed } from '../support/cli/cli.js';
import { fresh, runCommand } from '../support/process/fresh.js';
import { has, unless } from '../support/process/kernel.js';

const { EPERM } = constants.errno;
const every = -1;
const skip = unless('GET_REGISTRATIONS');
const pretend = -2;

const kinds = (['PRIVATE_EXPEDITED', 'PRIVATE_EXPEDITED_SYNC_CORE', 'PRIVATE_EXPEDITED_RSEQ'] as const).filter(has);

const unavailable = {
  code: 'ERR_MEMBARRIER_UNAVAILABLE',
  message: /returns success for membarrier\(2\) without making the call/,
};

t.test('0 for everything: no registration is believed, and the fences do without', async (t) => {
  const [supported, registered, promised, global, globalSync, globalExpedited, again, held, recorded, ...fence] =
    await fresh(
      [
        ['isSupported', 'PRIVATE_EXPEDITED'],
        ['registerSync', 'PRIVATE_EXPEDITED'],
        ['register', 'GLOBAL_EXPEDITED'],
        ['global'],
        ['globalSync'],
        ['globalExpedited'],
        ['globalExpedited'],
        ['kernelRegistrations'],
        ['isRegistered', 'PRIVATE_EXPEDITED'],
        ['fence.create', { fallback: 'error' }],
        ['fence.create'],
        ['fence.light'],
        ['fence.heavy'],
      ],
      { deny: [[every, pretend]] },
    );
  t.equal(supported?.value, false);
  const [strict, strategy, light, heavy] = fence;
  for (const outcome of [registered, promised, global, globalSync, globalExpedited, again, held, strict]) {
    t.match(outcome?.error, unavailable);
  }
  t.equal(recorded?.value, false);
  t.equal(strategy?.value, 'symmetric');
  t.strictSame([light?.error, heavy?.error], [undefined, undefined]);
});

t.test('0 for the barrier alone: it succeeds before its registration, which no kernel does', { skip }, async (t) => {
  for (const kind of kinds) {
    const [outcome] = await fresh([['registerSync', kind]], { deny: [[Command[kind], pretend]] });
    t.match(outcome?.error, unavailable, kind);
  }
});

t.test('0 for the registration alone: the barrier is refused, and the fences do without', async (t) => {
  const deny = [[Command.REGISTER_PRIVATE_EXPEDITED, pretend]] as const;
  const [, barrier] = await fresh(
    [
      ['registerSync', 'PRIVATE_EXPEDITED'],
      ['barrier', 'PRIVATE_EXPEDITED'],
    ],
    { deny },
  );
  t.match(barrier?.error, { code: 'ERR_MEMBARRIER_BLOCKED' });
  const [strict, strategy] = await fresh([['fence.create', { fallback: 'error' }], ['fence.createSync']], { deny });
  t.match(strict?.error, { code: 'ERR_MEMBARRIER_BLOCKED' });
  t.equal(strategy?.value, 'symmetric');
});

t.test('0 for the registration of GLOBAL_EXPEDITED: the kernel does not hold it', { skip }, async (t) => {
  const [registered, recorded] = await fresh(
    [
      ['registerSync', 'GLOBAL_EXPEDITED'],
      ['isRegistered', 'GLOBAL_EXPEDITED'],
    ],
    { deny: [[Command.REGISTER_GLOBAL_EXPEDITED, pretend]] },
  );
  t.match(registered?.error, unavailable);
  t.equal(recorded?.value, false);
});

t.test('a barrier that is denied while its registration is not: the first fence finds out', async (t) => {
  const [strict, strategy, heavy] = await fresh(
    [['fence.create', { fallback: 'error' }], ['fence.create'], ['fence.heavy']],
    { deny: [[Command.PRIVATE_EXPEDITED, EPERM]] },
  );
  t.match(strict?.error, { code: 'ERR_MEMBARRIER_BLOCKED', command: 'PRIVATE_EXPEDITED' });
  t.equal(strategy?.value, 'symmetric');
  t.equal(heavy?.error, undefined);
});

t.test('a QUERY that is denied is no evidence against a command', async (t) => {
  const [registered, strategy] = await fresh([['registerSync', 'PRIVATE_EXPEDITED'], ['fence.create']], {
    deny: [[Command.QUERY, EPERM]],
  });
  t.strictSame(registered?.value, { barrier: 'PRIVATE_EXPEDITED' });
  t.equal(strategy?.value, 'membarrier');
});

t.test('doctor says so, and which answers', async (t) => {
  const { status, stdout } = await sandboxed([[every, pretend]]);
  t.equal(status, 3);
  t.match(stdout, /^untrusted: an emulator or a sandbox returns success for calls that it does not make$/m);
  t.match(stdout, /^ {2}QUERY succeeds, and offers no command$/m);
  t.match(stdout, /^sandbox +answers in the kernel's place/m);
});

t.test('doctor says what only GET_REGISTRATIONS can tell', { skip }, async (t) => {
  const barrier = report(await sandboxed([[Command.PRIVATE_EXPEDITED, pretend]], '--json'));
  t.equal(barrier.verdict, 'untrusted');
  t.match(of(barrier, 'PRIVATE_EXPEDITED'), {
    outcome: 'contradicts',
    contradiction: 'PRIVATE_EXPEDITED succeeds before its registration',
  });
  t.match(of(barrier, 'PRIVATE_EXPEDITED_SYNC_CORE'), { contradiction: null });

  const registration = report(await sandboxed([[Command.REGISTER_GLOBAL_EXPEDITED, pretend]], '--json'));
  t.match(of(registration, 'GLOBAL_EXPEDITED'), { contradiction: /is registered, and the kernel does not hold it/ });
});

const strace = spawnSync('strace', ['--version']).status === 0;
const withoutStrace = !strace && 'strace is not installed';

/** Runs the steps with the answers of some of the process's membarrier(2) calls replaced. */
async function injected(how: string, steps: readonly (readonly unknown[])[]): Promise<{ value?: unknown }[]> {
  const child = fileURLToPath(new URL('../support/process/fresh-child.js', import.meta.url));
  const trace = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=membarrier', '-e', `inject=membarrier:${how}`];
  const { stdout, stderr } = await runCommand('strace', [...trace, execPath, child, JSON.stringify({ steps })]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { value?: unknown }[];
}

t.test(
  'one call of any that returns 0 and does nothing: the barrier works all the same',
  { skip: withoutStrace },
  async (t) => {
    // The second is the registration: it succeeds in the record only, as after a restore from a checkpoint.
    for (const when of [1, 2]) {
      for (const kind of when === 2 ? kinds : kinds.slice(0, 1)) {
        const [registered, barrier] = await injected(`retval=0:when=${when}`, [
          ['registerSync', kind],
          kind === 'PRIVATE_EXPEDITED_RSEQ' && when === 2 ? ['privateExpeditedRseq', { cpu: 0 }] : ['barrier', kind],
        ]);
        t.strictSame(registered, { value: { barrier: kind } }, `${kind}, call ${when}`);
        t.strictSame(barrier, {}, `${kind}, call ${when}`);
      }
    }
    // GLOBAL_EXPEDITED's registration is the first call. Nothing tells when it is lost later: it is made each time.
    if (skip === false) {
      const register = ['registerSync', 'GLOBAL_EXPEDITED'];
      const [first] = await injected('retval=0:when=1', [['kernelRegistrations'], register]);
      t.strictSame(first, { value: [] });
      const [registered, kernel] = await injected('retval=0:when=1', [register, ['kernelRegistrations']]);
      t.strictSame(
        [registered, kernel],
        [{ value: { barrier: 'GLOBAL_EXPEDITED' } }, { value: ['REGISTER_GLOBAL_EXPEDITED'] }],
      );
    }
    // In one thread, since strace counts the calls of each by itself.
    const [strategy, heavy] = await injected('retval=0:when=2', [
      ['fence.createSync', { fallback: 'error' }],
      ['fence.heavy'],
    ]);
    t.match([strategy, heavy], [{ value: 'membarrier' }, {}]);
  },
);
