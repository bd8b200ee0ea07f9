/** What the kernel says of itself: which commands it has, and what this process has registered. */

import { loaded } from '../addon/binding.js';
import { call, callOrThrow } from './call.js';
import { Command, type CommandName, commandNames, commandsIn } from './commands.js';

/** The kernel's answer to QUERY. */
export interface Query {
  /** The sum of the commands' numbers, with bits of commands that this package does not know. */
  readonly mask: number;
  /** The commands that the kernel has, QUERY among them. */
  readonly commands: ReadonlySet<CommandName>;
}

export function query(): Query {
  const mask = callOrThrow('QUERY');
  return { mask, commands: new Set(['QUERY', ...commandsIn(mask)]) };
}

export function isSupported(command: CommandName = 'QUERY'): boolean {
  if (loaded.binding === undefined || !commandNames.includes(command)) return false;
  const mask = call(loaded.binding, Command.QUERY, 0, 0);
  return mask >= 0 && (command === 'QUERY' || (mask & Command[command]) !== 0);
}

export function kernelRegistrations(): ReadonlySet<CommandName> {
  return commandsIn(callOrThrow('GET_REGISTRATIONS'));
}
