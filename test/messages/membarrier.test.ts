/** What the facade says of the kernel and of sandboxes, each met for real by a seccomp filter in a fresh process. */
import { constants } from 'node:os';
import { Command } from 'node-membarrier';
import t from 'tap';
import { checkForm } from '../support/messages.js';
import { fresh } from '../support/process/fresh.js';

const { EPERM, ENOSYS, EINVAL, ENOMEM } = constants.errno;

/** As an errno of the filter: it returns 0. */
const PRETEND = -2;

t.test('a command before its registration', async (t) => {
  const [outcome] = await fresh([['privateExpedited']]);
  t.match(outcome?.error, {
    name: 'NotRegisteredError',
    message:
      "PRIVATE_EXPEDITED was called before its registration. Call membarrier.register('PRIVATE_EXPEDITED') or " +
      "registerSync('PRIVATE_EXPEDITED') first, once per process, in any thread",
  });
  checkForm(t, outcome?.error?.message ?? '');
});

for (const [errno, name, message] of [
  [
    EPERM,
    'BlockedError',
    'A sandbox refused REGISTER_PRIVATE_EXPEDITED (EPERM). Allow the system call membarrier in its seccomp policy ' +
      "(Docker's default policy allows it since 2020; systemd: SystemCallFilter=membarrier). " +
      '`npx node-membarrier doctor` shows which commands are refused',
  ],
  [
    ENOSYS,
    'UnavailableError',
    'membarrier(2) is missing here (ENOSYS). A sandbox hides it (gVisor, some seccomp policies), or Linux is older ' +
      'than 4.3 or built without CONFIG_MEMBARRIER. Allow the call in the sandbox, or do without it where ' +
      'membarrier.isSupported() returns false',
  ],
  [
    EINVAL,
    'UnsupportedCommandError',
    'This kernel does not support REGISTER_PRIVATE_EXPEDITED (EINVAL). Linux has it since 4.14, but not on every ' +
      "architecture and configuration. Call membarrier.isSupported('REGISTER_PRIVATE_EXPEDITED') first. If that " +
      'returns true, a sandbox refused the call in place of the kernel',
  ],
  [
    ENOMEM,
    'MembarrierError',
    'The kernel returned ENOMEM (-12) for REGISTER_PRIVATE_EXPEDITED. Run `npx node-membarrier doctor` to see which ' +
      'commands work here',
  ],
] as const) {
  t.test(name, async (t) => {
    const [outcome] = await fresh([['registerSync', 'PRIVATE_EXPEDITED']], {
      deny: [[Command.REGISTER_PRIVATE_EXPEDITED, errno]],
    });
    t.match(outcome?.error, { name, message });
    t.equal(outcome?.error?.message, message);
    checkForm(t, message);
  });
}

t.test('success without a call, as some emulators return it', async (t) => {
  const every = -1;
  const [outcome] = await fresh([['registerSync', 'PRIVATE_EXPEDITED']], { deny: [[every, PRETEND]] });
  const message =
    'An emulator or a sandbox returns success for membarrier(2) without making the call, so its barriers order ' +
    'nothing. (QUERY does not list the command, or a barrier succeeds before its registration.) Run on a kernel that ' +
    'has the call. `npx node-membarrier doctor` shows what each command returns';
  t.equal(outcome?.error?.message, message);
  checkForm(t, message);
});
