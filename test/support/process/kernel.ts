/** What this kernel has, so that the tests say what they skip, and why, on another. */
import { Command, type CommandName, membarrier, type Registrable } from 'node-membarrier';

/** The kernel's answers, which are negative. */
export const EPERM = -1;
export const EINVAL = -22;

const { commands } = membarrier.query();

export function has(command: CommandName): boolean {
  return commands.has(command);
}

/** What a call must answer here: as expected where the kernel has the command, EINVAL where it has not. */
export function answerOf(command: CommandName, expected: number): number {
  return has(command) ? expected : EINVAL;
}

/** The skip of a test that needs a command: false, or the reason. */
export function unless(command: CommandName): false | string {
  return has(command) ? false : `this kernel has no ${command}`;
}

export const everyCommand = Object.keys(Command) as CommandName[];

const kinds: Registrable[] = [
  'GLOBAL_EXPEDITED',
  'PRIVATE_EXPEDITED',
  'PRIVATE_EXPEDITED_SYNC_CORE',
  'PRIVATE_EXPEDITED_RSEQ',
];

/** What can be registered on this kernel. */
export const registrables = kinds.filter(has);
