/** What the kernel says of itself: which commands it has, and what this process has registered. */

import { loaded } from '../addon/binding.js';
import { Command, type CommandName, commandNames, commandsIn } from './commands.js';
import { membarrierSyscall, syscallOrThrow } from './syscall.js';

/** The commands that the kernel has, as QUERY returns them. */
export interface Query {
  /** The sum of the commands' numbers, with bits of commands that this package does not know. */
  readonly mask: number;
  /** The commands that the kernel has, QUERY among them. */
  readonly commands: ReadonlySet<CommandName>;
}

export function query(): Query {
  const mask = syscallOrThrow('QUERY');
  return { mask, commands: new Set(['QUERY', ...commandsIn(mask)]) };
}

export function isSupported(command: CommandName = 'QUERY'): boolean {
  if (loaded.binding === undefined || !commandNames.includes(command)) return false;
  const mask = membarrierSyscall(loaded.binding, Command.QUERY, 0, 0);
  return mask >= 0 && (command === 'QUERY' || (mask & Command[command]) !== 0);
}

export function kernelRegistrations(): ReadonlySet<CommandName> {
  return commandsIn(syscallOrThrow('GET_REGISTRATIONS'));
}
