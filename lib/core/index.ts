/**
 * The system call membarrier(2): commands, registration, typed errors.
 *
 * @module node-membarrier
 */
export type { RseqOptions } from './arguments.js';
export type { Attempt, Attemptable, CommandError, CommandValue } from './attempt.js';
export type { Barrier } from './barrier.js';
export { Command, type CommandName, Flag, type RegisterCommandName, type Registrable } from './commands.js';
export type { ErrnoName } from './errno.js';
export {
  BlockedError,
  MembarrierError,
  type MembarrierErrorCode,
  NotRegisteredError,
  UnavailableError,
  UnsupportedCommandError,
} from './errors.js';
export { type Membarrier, membarrier } from './membarrier.js';
export type { Query } from './query.js';
