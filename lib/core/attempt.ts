/** Any command as a value: the typed error is returned instead of thrown. */
import { checkNoCpu, checkOneOf, type RseqOptions } from './arguments.js';
import {
  globalExpedited,
  privateExpedited,
  privateExpeditedRseq,
  privateExpeditedSyncCore,
} from './barrier-methods.js';
import type { CommandName } from './commands.js';
import type { ErrnoName } from './errno.js';
import {
  type BlockedError,
  MembarrierError,
  type NotRegisteredError,
  type UnavailableError,
  type UnsupportedCommandError,
} from './errors.js';
import { kernelRegistrations, query } from './query.js';
import { registerSync } from './registration.js';

/** Every error that a command can throw. `code` tells them apart, also for the compiler. */
export type CommandError =
  | NotRegisteredError
  | UnsupportedCommandError
  | UnavailableError
  | BlockedError
  | (MembarrierError & {
      /** The name of the errno. */
      readonly code: ErrnoName;
    });

const methods = {
  QUERY: query,
  GLOBAL_EXPEDITED: globalExpedited,
  REGISTER_GLOBAL_EXPEDITED: () => registerSync('GLOBAL_EXPEDITED'),
  PRIVATE_EXPEDITED: privateExpedited,
  REGISTER_PRIVATE_EXPEDITED: () => registerSync('PRIVATE_EXPEDITED'),
  PRIVATE_EXPEDITED_SYNC_CORE: privateExpeditedSyncCore,
  REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: () => registerSync('PRIVATE_EXPEDITED_SYNC_CORE'),
  PRIVATE_EXPEDITED_RSEQ: privateExpeditedRseq,
  REGISTER_PRIVATE_EXPEDITED_RSEQ: () => registerSync('PRIVATE_EXPEDITED_RSEQ'),
  GET_REGISTRATIONS: kernelRegistrations,
} satisfies { [C in Exclude<CommandName, 'GLOBAL'>]: (options?: RseqOptions) => unknown };

/** All commands but GLOBAL, which waits for milliseconds: it has a promise of its own. */
export type Attemptable = keyof typeof methods;

/** What a command returns: the same as its own method. */
export type CommandValue<C extends Attemptable> = ReturnType<(typeof methods)[C]>;

/** The result of `membarrier.attempt`: a value, or the typed error. */
export type Attempt<C extends Attemptable> =
  | {
      /** The command succeeded. */
      readonly ok: true;
      /** What the command's own method returns. */
      readonly value: CommandValue<C>;
    }
  | {
      /** The command failed. */
      readonly ok: false;
      /** What the command's own method throws. */
      readonly error: CommandError;
    };

const attemptable = Object.keys(methods);

export function attempt<C extends Attemptable>(
  command: C,
  ...options: [C] extends ['PRIVATE_EXPEDITED_RSEQ'] ? [options?: RseqOptions] : []
): Attempt<C>;
export function attempt(command: Attemptable, options?: RseqOptions): Attempt<Attemptable> {
  checkOneOf('command', command, attemptable, 'GLOBAL waits for milliseconds, and has its own membarrier.global()');
  if (command !== 'PRIVATE_EXPEDITED_RSEQ') checkNoCpu(options);
  try {
    return { ok: true, value: methods[command](options) };
  } catch (error) {
    if (error instanceof MembarrierError) return { ok: false, error: error as CommandError };
    throw error;
  }
}
