/** kernelRegistrations(), against isRegistered(): the kernel's over-report, and what fork(2) and exec do. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Command, membarrier } from 'node-membarrier';
import t from 'tap';
import type { Words } from '../../harness/index.js';
import { needsRegistration as isPrivate, registrables as kinds, registerCommandOf } from '../../lib/core/commands.js';
import { fresh, freshRaw } from '../support/process/fresh.js';
import { answerOf, EPERM, has, registrables, unless } from '../support/process/kernel.js';

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

const { GET_REGISTRATIONS, PRIVATE_EXPEDITED, REGISTER_PRIVATE_EXPEDITED } = Command;

for (const kind of kinds) {
  const barrier = Command[kind];
  const register = registerCommandOf(kind);
  const skip = unless(kind);

  t.test(`REGISTER_${kind} permits no other PRIVATE barrier`, { skip }, async (t) => {
    const others = registrables.filter((other) => isPrivate(other) && other !== kind);
    const answers = await freshRaw([[Command[register]], [barrier], ...others.map((other) => [Command[other]])]);
    t.strictSame(answers, [0, 0, ...others.map(() => EPERM)]);
  });

  t.test(`fork(2) without exec inherits ${kind}`, { skip }, async (t) => {
    const ask = ['callInFork', calls(barrier, GET_REGISTRATIONS)] as const;
    const [before, , here, after] = await fresh([ask, ['raw', Command[register]], ['raw', GET_REGISTRATIONS], ask]);
    t.strictSame(before?.value, [isPrivate(kind) ? EPERM : 0, answerOf('GET_REGISTRATIONS', 0)]);
    t.strictSame(after?.value, [0, here?.value], 'what the parent has');
    if (has('GET_REGISTRATIONS')) t.not((here?.value as number) & Command[register], 0);
  });
}

t.test('fork(2) copies: what the child registers, the parent has not', async (t) => {
  const [child, parent, again] = await fresh([
    ['callInFork', calls(REGISTER_PRIVATE_EXPEDITED, PRIVATE_EXPEDITED)],
    ['raw', PRIVATE_EXPEDITED],
    ['callInFork', calls(PRIVATE_EXPEDITED)],
  ]);
  t.strictSame(child?.value, [0, 0]);
  t.equal(parent?.value, EPERM);
  t.strictSame(again?.value, [EPERM], 'nor has a child forked later');
});

t.test('what is registered is the memory, not the thread nor its group', async (t) => {
  const [tasks, here, record] = await fresh([
    ['callInTasks', calls(PRIVATE_EXPEDITED, REGISTER_PRIVATE_EXPEDITED, PRIVATE_EXPEDITED)],
    ['raw', PRIVATE_EXPEDITED],
    ['isRegistered', 'PRIVATE_EXPEDITED'],
  ]);
  t.strictSame(tasks?.value, [EPERM, 0, 0], 'tasks with the memory of one process: what one registers, the next has');
  t.equal(here?.value, 0, 'and the process that made them');
  t.equal(record?.value, false, 'though the record does not know');
});

t.test('exec clears: child processes, fork() of Node.js included, start unregistered', async (t) => {
  for (const kind of registrables) membarrier.registerSync(kind);
  const outcomes = await fresh([
    ...registrables.map((kind) => ['isRegistered', kind] as const),
    ...registrables.map((kind) => ['raw', Command[kind]] as const),
    ['raw', GET_REGISTRATIONS],
  ]);
  t.strictSame(
    outcomes.map(({ value }) => value),
    [
      ...registrables.map(() => false),
      ...registrables.map((kind) => (isPrivate(kind) ? EPERM : 0)),
      answerOf('GET_REGISTRATIONS', 0),
    ],
  );

  const child = fork(new URL('../support/process/forked-child.js', import.meta.url));
  const [message] = await once(child, 'message');
  t.strictSame(message, { isRegistered: false, answer: EPERM });
});

function calls(...commands: number[]): Words[] {
  return commands.map((command) => [command, 0, 0]);
}
