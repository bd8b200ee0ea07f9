/** The way to the kernel: every membarrier(2) of the package but the barriers' own goes through here. */
import { errorFor, notLoaded } from './answers.js';
import { Command, type CommandName } from './commands.js';
import { type Binding, loaded } from './native/binding.js';

/** The addon, or UnavailableError with all that was tried. */
export function requireBinding(command: CommandName): Binding {
  if (loaded.binding === undefined) throw notLoaded(command, loaded.failures);
  return loaded.binding;
}

/** membarrier(2) as it is: the kernel's value or -errno. */
export function call(binding: Binding, command: number, flags: number, cpuId: number): number {
  const { mailbox } = binding;
  mailbox[0] = command;
  mailbox[1] = flags;
  mailbox[2] = cpuId;
  binding.call();
  return mailbox[3] as number;
}

/** Makes a command's call and returns the kernel's value; throws its typed error. */
export function callOrThrow(command: CommandName): number {
  const answer = call(requireBinding(command), Command[command], 0, 0);
  if (answer < 0) throw errorFor(command, answer);
  return answer;
}
