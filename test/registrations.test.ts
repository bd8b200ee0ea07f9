/** kernelRegistrations(), against isRegistered(): the kernel's over-report, and what fork(2) and exec do. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Command, membarrier } from 'node-membarrier';
import t from 'tap';
import { harness } from '../bench/support/harness.js';
import { fresh } from './support/fresh.js';
import { EPERM, has, unless } from './support/kernel.js';

t.test('names what was registered', { skip: unless('GET_REGISTRATIONS') }, async (t) => {
  const outcomes = await fresh([
    ['kernelRegistrations'],
    ['registerSync', 'PRIVATE_EXPEDITED'],
    ['kernelRegistrations'],
    ['registerSync', 'GLOBAL_EXPEDITED'],
    ['kernelRegistrations'],
  ]);
  t.strictSame(outcomes[0]?.value, []);
  t.strictSame(outcomes[2]?.value, ['REGISTER_PRIVATE_EXPEDITED']);
  t.strictSame(outcomes[4]?.value, ['REGISTER_GLOBAL_EXPEDITED', 'REGISTER_PRIVATE_EXPEDITED']);
});

for (const command of ['PRIVATE_EXPEDITED_SYNC_CORE', 'PRIVATE_EXPEDITED_RSEQ'] as const) {
  t.test(`over-reports after ${command} alone`, { skip: unless('GET_REGISTRATIONS') || unless(command) }, async (t) => {
    const [registered, held, record, raw, facade] = await fresh([
      ['registerSync', command],
      ['kernelRegistrations'],
      ['isRegistered', 'PRIVATE_EXPEDITED'],
      ['raw', Command.PRIVATE_EXPEDITED],
      ['privateExpedited'],
    ]);
    t.strictSame(registered?.value, { barrier: command });
    t.strictSame(held?.value, ['REGISTER_PRIVATE_EXPEDITED', `REGISTER_${command}`], 'the kernel names both');
    t.equal(record?.value, false, 'the record does not');
    t.equal(raw?.value, EPERM, 'and the kernel refuses the other');
    t.equal(facade?.error?.code, 'ERR_MEMBARRIER_NOT_REGISTERED', 'as the facade does');
  });
}

t.test('fork(2) without exec inherits', async (t) => {
  const before = harness.callInFork([[Command.PRIVATE_EXPEDITED, 0, 0]]);
  t.strictSame(before, [EPERM], 'unregistered in the parent: neither in the child');
  membarrier.registerSync('PRIVATE_EXPEDITED');
  const [barrier, registrations] = harness.callInFork([
    [Command.PRIVATE_EXPEDITED, 0, 0],
    [Command.GET_REGISTRATIONS, 0, 0],
  ]) as number[];
  t.equal(barrier, 0);
  if (has('GET_REGISTRATIONS')) t.equal(registrations, Command.REGISTER_PRIVATE_EXPEDITED);
});

t.test('exec clears: child processes, fork() of Node.js included, start unregistered', async (t) => {
  membarrier.registerSync('PRIVATE_EXPEDITED');
  const outcomes = await fresh([
    ['isRegistered', 'PRIVATE_EXPEDITED'],
    ['raw', Command.PRIVATE_EXPEDITED],
  ]);
  t.strictSame(outcomes, [{ value: false }, { value: EPERM }]);

  const child = fork(new URL('support/forked-child.js', import.meta.url));
  const [message] = await once(child, 'message');
  t.strictSame(message, { isRegistered: false, answer: EPERM });
});
