/**
 * The typed errors. Each has a literal `code`, a negative `errno` (as util.getSystemErrorName takes it), `syscall` and
 * `command`, all own and enumerable. The kernel's codes are `E*`, ours `ERR_*`. What they say is in kernel-errors.ts.
 */
import type { CommandName } from './commands.js';
import type { ErrnoName } from './errno.js';

/** The codes of MembarrierError: the package's own begin with ERR_, the kernel's with E. */
export type MembarrierErrorCode =
  | 'ERR_MEMBARRIER_NOT_REGISTERED'
  | 'ERR_MEMBARRIER_UNSUPPORTED_COMMAND'
  | 'ERR_MEMBARRIER_UNAVAILABLE'
  | 'ERR_MEMBARRIER_BLOCKED'
  | ErrnoName;

/**
 * The base class of all errors of membarrier(2). An instance of this class itself is an errno without a class of its
 * own; then `code` is the errno's name.
 */
export class MembarrierError extends Error {
  /** Tells the errors apart. It is part of the API and does not change. */
  declare readonly code: MembarrierErrorCode;
  /** Negative, as on errors of Node.js. */
  declare readonly errno: number;
  /** The system call. */
  declare readonly syscall: 'membarrier';
  /** The command that failed. */
  declare readonly command: CommandName;
}

/** The command needs a registration, and this process has not made it through this package. No system call was made. */
export class NotRegisteredError extends MembarrierError {
  declare readonly code: 'ERR_MEMBARRIER_NOT_REGISTERED';
}

/** The kernel has membarrier(2), but not this command: EINVAL. */
export class UnsupportedCommandError extends MembarrierError {
  declare readonly code: 'ERR_MEMBARRIER_UNSUPPORTED_COMMAND';
}

/** There is no membarrier(2) here: ENOSYS, another platform, or an addon that could not be loaded (see `cause`). */
export class UnavailableError extends MembarrierError {
  declare readonly code: 'ERR_MEMBARRIER_UNAVAILABLE';
}

/** A sandbox refuses the call: EPERM where the kernel itself never returns it. */
export class BlockedError extends MembarrierError {
  declare readonly code: 'ERR_MEMBARRIER_BLOCKED';
}

// As Error has its own: on the prototype, and not enumerable.
for (const errorClass of [
  MembarrierError,
  NotRegisteredError,
  UnsupportedCommandError,
  UnavailableError,
  BlockedError,
]) {
  const name = { value: errorClass.name, configurable: true, writable: true };
  Object.defineProperty(errorClass.prototype, 'name', name);
}

/**
 * Gives a new error its properties. A constructor between the class and Error would add a frame to the stack that V8
 * walks, and with it a tenth or more to the cost of a refused call.
 */
export function asSystemError<E extends MembarrierError>(
  error: E,
  code: E['code'],
  errno: number,
  command: CommandName,
): E {
  const properties: { -readonly [K in 'code' | 'errno' | 'syscall' | 'command']: MembarrierError[K] } = error;
  properties.code = code;
  properties.errno = errno;
  properties.syscall = 'membarrier';
  properties.command = command;
  return error;
}
