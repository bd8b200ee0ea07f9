/**
 * membarrier(2) with any words, and its errors. Registrations and barriers have functions of the addon of their own
 * (registration.ts, barrier.ts), and so has GLOBAL on the thread pool (barrier-methods.ts).
 */

import { type Binding, CONTRADICTION, loaded } from '../addon/binding.js';
import { Command, type CommandName } from './commands.js';
import { errorFor, notLoaded } from './kernel-errors.js';

/** The addon, or UnavailableError with all that was tried. */
export function requireBinding(command: CommandName): Binding {
  if (loaded.binding === undefined) throw notLoaded(command, loaded.failures);
  return loaded.binding;
}

/** membarrier(2) as it is: the kernel's value or -errno. */
export function membarrierSyscall(binding: Binding, command: number, flags: number, cpuId: number): number {
  const { mailbox } = binding;
  mailbox[0] = command;
  mailbox[1] = flags;
  mailbox[2] = cpuId;
  binding.syscall();
  return mailbox[3] as number;
}

/** Makes a command's call and returns the kernel's value; throws its typed error. */
export function syscallOrThrow(command: CommandName): number {
  const binding = requireBinding(command);
  return checkAnswer(binding, command, membarrierSyscall(binding, Command[command], 0, 0));
}

/**
 * The kernel's value. Throws the typed error of -errno, or of a success that QUERY contradicts: no kernel does that.
 */
export function checkAnswer(binding: Binding, command: CommandName, answer: number): number {
  if (answer < 0) throw errorFor(command, answer);
  if (command === 'QUERY') return answer;
  const offered = membarrierSyscall(binding, Command.QUERY, 0, 0);
  if (offered >= 0 && (offered & Command[command]) === 0) throw errorFor(command, CONTRADICTION);
  return answer;
}
