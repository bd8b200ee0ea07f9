/** What went wrong, and what to do about it: the one place where a cause becomes a typed error. */

import { CONTRADICTION, type LoadFailure } from '../addon/binding.js';
import { type CommandName, since } from './commands.js';
import { EINVAL, ENOSYS, EPERM, errnoName } from './errno.js';
import { asSystemError, BlockedError, MembarrierError, UnavailableError, UnsupportedCommandError } from './errors.js';

/** The error of the kernel's answer -errno. The facade refuses the unregistered before, so EPERM means a sandbox. */
export function errorFor(command: CommandName, answer: number): MembarrierError {
  if (answer === CONTRADICTION) return unavailable(command, contradiction);
  switch (-answer) {
    case ENOSYS:
      return unavailable(command, missing);
    case EINVAL:
      return unsupported(command);
    case EPERM:
      return blocked(command);
    default: {
      const code = errnoName(answer);
      const message =
        `The kernel returned ${code} (${answer}) for ${command}. Run \`npx node-membarrier doctor\` to see which ` +
        'commands work here';
      return asSystemError(new MembarrierError(message), code, answer, command);
    }
  }
}

/** The addon could not be loaded. The message lists what was tried; the errors are part of `cause`. */
export function notLoaded(command: CommandName, failures: readonly LoadFailure[]): UnavailableError {
  const distinct = [...new Map(failures.map((failure) => [failure.cause.message, failure])).values()];
  // One remedy of several attempts is given once, after them.
  const attempts = distinct.map(({ cause, remedy }, i) =>
    distinct[i + 1]?.remedy === remedy ? firstLine(cause.message) : `${firstLine(cause.message)}. ${remedy}`,
  );
  const error = unavailable(command, ['Cannot call membarrier(2) from this thread:', ...attempts].join('\n  '));
  const cause = new AggregateError(failures.map((failure) => failure.cause));
  return Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
}

const contradiction =
  'An emulator or a sandbox returns success for membarrier(2) without making the call, so its barriers order ' +
  'nothing. (QUERY does not list the command, or a barrier succeeds before its registration.) Run on a kernel that ' +
  'has the call. `npx node-membarrier doctor` shows what each command returns';

const missing =
  'membarrier(2) is missing here (ENOSYS). A sandbox hides it (gVisor, some seccomp policies), or Linux is older ' +
  'than 4.3 or built without CONFIG_MEMBARRIER. Allow the call in the sandbox, or do without it where ' +
  'membarrier.isSupported() returns false';

function unavailable(command: CommandName, message: string): UnavailableError {
  return asSystemError(new UnavailableError(message), 'ERR_MEMBARRIER_UNAVAILABLE', -ENOSYS, command);
}

function unsupported(command: CommandName): UnsupportedCommandError {
  const message =
    `This kernel does not support ${command} (EINVAL). Linux has it since ${since[command]}, but not on every ` +
    `architecture and configuration. Call membarrier.isSupported('${command}') first. If that returns true, a ` +
    'sandbox refused the call in place of the kernel';
  return asSystemError(new UnsupportedCommandError(message), 'ERR_MEMBARRIER_UNSUPPORTED_COMMAND', -EINVAL, command);
}

function blocked(command: CommandName): BlockedError {
  const message =
    `A sandbox refused ${command} (EPERM). Allow the system call membarrier in its seccomp policy (Docker's default ` +
    'policy allows it since 2020; systemd: SystemCallFilter=membarrier). `npx node-membarrier doctor` shows which ' +
    'commands are refused';
  return asSystemError(new BlockedError(message), 'ERR_MEMBARRIER_BLOCKED', -EPERM, command);
}

/** Without its full stop, if it has one. */
function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
