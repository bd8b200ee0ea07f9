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
      const message = `the kernel answers ${code} (${answer}) to ${command}`;
      return asSystemError(new MembarrierError(message), code, answer, command);
    }
  }
}

/** The addon could not be loaded; every attempt is told, and its error kept as part of `cause`. */
export function notLoaded(command: CommandName, failures: readonly LoadFailure[]): UnavailableError {
  const attempts = failures.map(({ cause, remedy }) => `${firstLine(cause.message)}; ${remedy}`);
  const error = unavailable(command, ['membarrier(2) cannot be reached from here:', ...new Set(attempts)].join('\n  '));
  const cause = new AggregateError(failures.map((failure) => failure.cause));
  return Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
}

const contradiction =
  'Something returns success for membarrier(2) calls without making them: an emulator, or a sandbox (its QUERY ' +
  'does not offer the command, or a barrier succeeds before its registration). A barrier from it would order ' +
  'nothing. Run on a kernel that has the call, or take another way; `npx node-membarrier doctor` shows the answers';

const missing =
  'the kernel answers ENOSYS to membarrier(2): it is older than 4.3 or built without CONFIG_MEMBARRIER, or a sandbox ' +
  'hides the call (gVisor, some seccomp policies). Allow it there, or take another way where ' +
  'membarrier.isSupported() is false';

function unavailable(command: CommandName, message: string): UnavailableError {
  return asSystemError(new UnavailableError(message), 'ERR_MEMBARRIER_UNAVAILABLE', -ENOSYS, command);
}

function unsupported(command: CommandName): UnsupportedCommandError {
  const message =
    `this kernel does not have ${command} (EINVAL). Linux has it since ${since[command]}, but not on every ` +
    `architecture and configuration: ask membarrier.isSupported('${command}') first, and take another way where it ` +
    'is false. Where it is true, a sandbox answers for the kernel';
  return asSystemError(new UnsupportedCommandError(message), 'ERR_MEMBARRIER_UNSUPPORTED_COMMAND', -EINVAL, command);
}

function blocked(command: CommandName): BlockedError {
  const message =
    `a sandbox denies ${command} (EPERM, which the kernel itself does not answer here): allow the system call ` +
    "membarrier in its seccomp policy (Docker's has it since 2020; systemd: SystemCallFilter=membarrier). " +
    '`npx node-membarrier doctor` shows what is denied';
  return asSystemError(new BlockedError(message), 'ERR_MEMBARRIER_BLOCKED', -EPERM, command);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
