/**
 * The errors whose cause is outside the process. Each is met for real: the harness installs seccomp filters in a fresh
 * process, for every command or for one.
 */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { Command } from 'node-membarrier';
import t from 'tap';
import { fresh, runBare } from '../support/process/fresh.js';
import { has } from '../support/process/kernel.js';
import type { ErrorOutcome, Outcome, Step } from '../support/process/outcome.js';

const { EPERM, ENOSYS, EINVAL, ENOMEM, EACCES } = constants.errno;
const every = -1;

const reachKernel: Step[] = [
  ['query'],
  ['kernelRegistrations'],
  ['register', 'PRIVATE_EXPEDITED'],
  ['registerSync', 'PRIVATE_EXPEDITED_SYNC_CORE'],
  ['globalExpedited'],
  ['global'],
  ['globalSync'],
];
const commands = [
  'QUERY',
  'GET_REGISTRATIONS',
  'REGISTER_PRIVATE_EXPEDITED',
  'REGISTER_PRIVATE_EXPEDITED_SYNC_CORE',
  'GLOBAL_EXPEDITED',
  'GLOBAL',
  'GLOBAL',
];

for (const [errno, name, code, advice] of [
  [EPERM, 'BlockedError', 'ERR_MEMBARRIER_BLOCKED', /seccomp policy/],
  [ENOSYS, 'UnavailableError', 'ERR_MEMBARRIER_UNAVAILABLE', /CONFIG_MEMBARRIER.*isSupported/],
] as const) {
  t.test(`${name}: a filter answers ${getSystemErrorName(-errno)} to everything`, async (t) => {
    const [supported, raw, unregistered, attempt, ...outcomes] = await fresh(
      [['isSupported'], ['raw', Command.QUERY], ['privateExpedited'], ['attempt', 'QUERY'], ...reachKernel],
      { deny: [[every, errno]] },
    );
    t.equal(supported?.value, false, 'isSupported() does not throw');
    t.equal(raw?.value, -errno, 'raw() answers what it gets');
    t.equal(unregistered?.error?.code, 'ERR_MEMBARRIER_NOT_REGISTERED', 'the record is asked before the kernel');
    t.match(attempt?.value, { ok: false, error: { name, code } }, 'attempt() returns it');
    for (const [i, { error }] of outcomes.entries()) {
      t.match(error, { name, code, errno: -errno, syscall: 'membarrier', command: commands[i], message: advice });
    }
  });
}

t.test('each barrier issues its own command, and no other', async (t) => {
  for (const [method, command] of [
    ['privateExpedited', 'PRIVATE_EXPEDITED'],
    ['privateExpeditedSyncCore', 'PRIVATE_EXPEDITED_SYNC_CORE'],
    ['privateExpeditedRseq', 'PRIVATE_EXPEDITED_RSEQ'],
    ['globalExpedited', 'GLOBAL_EXPEDITED'],
  ] as const) {
    if (!has(command)) continue;
    const issue: Step[] = [[method], ['barrier', command]];
    const outcomes = await fresh([['registerSync', command], ...issue, ['deny', Command[command], ENOMEM], ...issue]);
    t.strictSame(
      outcomes.slice(1).map(({ error }) => error?.code),
      [undefined, undefined, undefined, 'ENOMEM', 'ENOMEM'],
      command,
    );
  }
});

t.test('BlockedError: EPERM to a barrier, after our own registration', async (t) => {
  const [registered, , supported, ...outcomes] = await fresh([
    ['register', 'PRIVATE_EXPEDITED'],
    ['deny', Command.PRIVATE_EXPEDITED, EPERM],
    ['isSupported', 'PRIVATE_EXPEDITED'],
    ['privateExpedited'],
    ['barrier', 'PRIVATE_EXPEDITED'],
    ['attempt', 'PRIVATE_EXPEDITED'],
    ['isRegistered', 'PRIVATE_EXPEDITED'],
  ]);
  t.strictSame(registered?.value, { barrier: 'PRIVATE_EXPEDITED' });
  t.equal(supported?.value, true, 'QUERY knows nothing of the filter');
  const blocked = { name: 'BlockedError', code: 'ERR_MEMBARRIER_BLOCKED', command: 'PRIVATE_EXPEDITED' };
  t.match(outcomes[0]?.error, blocked);
  t.match(outcomes[1]?.error, blocked);
  t.match(outcomes[2]?.value, { ok: false, error: blocked });
  t.equal(outcomes[3]?.value, true, 'the registration is not lost');
});

t.test('BlockedError: EPERM to a REGISTER command', async (t) => {
  const deny = [[Command.REGISTER_PRIVATE_EXPEDITED, EPERM]] as const;
  const outcomes = await fresh(
    [
      ['register', 'PRIVATE_EXPEDITED'],
      ['registerSync', 'PRIVATE_EXPEDITED'],
      ['isRegistered', 'PRIVATE_EXPEDITED'],
    ],
    { deny },
  );
  const blocked = { name: 'BlockedError', command: 'REGISTER_PRIVATE_EXPEDITED', errno: -EPERM };
  t.match(outcomes[0]?.error, blocked);
  t.match(outcomes[1]?.error, blocked);
  t.equal(outcomes[2]?.value, false, 'what failed is not recorded');
});

t.test('UnsupportedCommandError: EINVAL to one command, as a kernel without it answers', async (t) => {
  const unsupported = { name: 'UnsupportedCommandError', code: 'ERR_MEMBARRIER_UNSUPPORTED_COMMAND', errno: -EINVAL };
  for (const [command, steps] of [
    [
      'REGISTER_PRIVATE_EXPEDITED_SYNC_CORE',
      [
        ['register', 'PRIVATE_EXPEDITED_SYNC_CORE'],
        ['registerSync', 'PRIVATE_EXPEDITED_SYNC_CORE'],
      ],
    ],
    ['GET_REGISTRATIONS', [['kernelRegistrations']]],
    ['GLOBAL', [['global'], ['globalSync']]],
    ['GLOBAL_EXPEDITED', [['globalExpedited']]],
  ] as const) {
    const outcomes = await fresh(steps, { deny: [[Command[command], EINVAL]] });
    for (const { error } of outcomes)
      t.match(error, { ...unsupported, command, message: /since \d\.\d+.*isSupported/ });
  }
});

t.test('MembarrierError: any other errno, by its name', async (t) => {
  for (const [errno, code] of [
    [ENOMEM, 'ENOMEM'],
    [EACCES, 'EACCES'],
    [4000, 'UNKNOWN'],
  ] as const) {
    const [, , outcome] = await fresh([
      ['registerSync', 'PRIVATE_EXPEDITED_RSEQ'],
      ['deny', Command.PRIVATE_EXPEDITED_RSEQ, errno],
      ['privateExpeditedRseq', { cpu: 0 }],
    ]);
    const expected = {
      name: 'MembarrierError',
      code,
      errno: -errno,
      syscall: 'membarrier',
      command: 'PRIVATE_EXPEDITED_RSEQ',
    };
    t.match(outcome?.error, expected);
    t.match(outcome?.error?.message, new RegExp(`${code}.*-${errno}`));
  }
});

t.test('errors carry their properties as their own, enumerable ones', async (t) => {
  const [outcome] = await fresh([['privateExpedited']]);
  const { message, name: _name, ...properties } = (outcome as Outcome).error as ErrorOutcome;
  t.strictSame(properties, {
    code: 'ERR_MEMBARRIER_NOT_REGISTERED',
    errno: -EPERM,
    syscall: 'membarrier',
    command: 'PRIVATE_EXPEDITED',
  });
  t.equal(getSystemErrorName(properties.errno as number), 'EPERM');
  t.match(message, /register\('PRIVATE_EXPEDITED'\)/, 'it names the call to make');
});

t.test('what is promised to make no system call makes none, under a filter that kills whoever does', async (t) => {
  const outcomes = await fresh([
    ['registerSync', 'PRIVATE_EXPEDITED'],
    ['deny', every, 0],
    ['privateExpeditedSyncCore'],
    ['privateExpeditedRseq'],
    ['attempt', 'PRIVATE_EXPEDITED_SYNC_CORE'],
    ['isRegistered', 'PRIVATE_EXPEDITED'],
    ['registerSync', 'PRIVATE_EXPEDITED'],
    ['register', 'PRIVATE_EXPEDITED'],
    ['raw', 0.5],
    ['privateExpeditedRseq', { cpu: -1 }],
    ['attempt', 'GLOBAL'],
  ]);
  t.equal(outcomes.length, 11, 'the process is alive');
  const unregistered = 'ERR_MEMBARRIER_NOT_REGISTERED';
  t.equal(outcomes[2]?.error?.code, unregistered);
  t.equal(outcomes[3]?.error?.code, unregistered);
  t.match(outcomes[4]?.value, { error: { code: unregistered } });
  t.strictSame(outcomes[6]?.value, { barrier: 'PRIVATE_EXPEDITED' }, 'registered already');

  const child = new URL('../support/process/fresh-child.js', import.meta.url).pathname;
  const steps = JSON.stringify({ deny: [[every, 0]], steps: [['isRegistered', 'PRIVATE_EXPEDITED']] });
  t.equal((await runBare([child, steps])).status, 0, 'importing makes none');
  const control = await runBare([child, JSON.stringify({ deny: [[every, 0]], steps: [['isSupported']] })]);
  t.equal(control.signal, 'SIGSYS', 'and the filter does kill');
});
