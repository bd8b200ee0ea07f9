/**
 * The commands of membarrier(2), named and numbered as the kernel does, without the prefix `MEMBARRIER_CMD_`.
 * Source: membarrier(2) and include/uapi/linux/membarrier.h, complete to Linux 6.18.
 */

/**
 * All eleven commands, by number. Each but QUERY is one bit, and QUERY returns the sum of those that the kernel has.
 */
export const Command = Object.freeze({
  /** Returns which commands the kernel has. */
  QUERY: 0,
  /** Reaches every running thread of the system, by waiting: 8 to 24 ms. Linux 4.3; absent under `nohz_full`. */
  GLOBAL: 1,
  /** Reaches the running threads of every process that registered to be reached. Linux 4.16. */
  GLOBAL_EXPEDITED: 2,
  /** Lets other processes' GLOBAL_EXPEDITED reach this one. Linux 4.16. */
  REGISTER_GLOBAL_EXPEDITED: 4,
  /** Reaches the running threads of this process, by interrupts. Linux 4.14. */
  PRIVATE_EXPEDITED: 8,
  /** Must come before PRIVATE_EXPEDITED. Linux 4.14. */
  REGISTER_PRIVATE_EXPEDITED: 16,
  /** As PRIVATE_EXPEDITED, and each thread refetches its instructions: for code that was modified. Linux 4.16. */
  PRIVATE_EXPEDITED_SYNC_CORE: 32,
  /** Must come before PRIVATE_EXPEDITED_SYNC_CORE. Linux 4.16. */
  REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: 64,
  /** As PRIVATE_EXPEDITED, and restarts the restartable sequences (rseq) under way. Linux 5.10. */
  PRIVATE_EXPEDITED_RSEQ: 128,
  /** Must come before PRIVATE_EXPEDITED_RSEQ. Linux 5.10. */
  REGISTER_PRIVATE_EXPEDITED_RSEQ: 256,
  /** Returns what this process has registered. Linux 6.3. It over-reports: see `membarrier.kernelRegistrations`. */
  GET_REGISTRATIONS: 512,
});

/** The flags of membarrier(2). */
export const Flag = Object.freeze({
  /** With PRIVATE_EXPEDITED_RSEQ: reach only the CPU that the third argument names. */
  CPU: 1,
});

/** The name of a command, without the kernel's prefix `MEMBARRIER_CMD_`. */
export type CommandName = keyof typeof Command;

/**
 * The barriers that can be registered. The three PRIVATE ones must be, before they are issued. GLOBAL_EXPEDITED is
 * registered in order to be reached by other processes; issuing it needs no registration.
 */
export type Registrable =
  | 'GLOBAL_EXPEDITED'
  | 'PRIVATE_EXPEDITED'
  | 'PRIVATE_EXPEDITED_SYNC_CORE'
  | 'PRIVATE_EXPEDITED_RSEQ';

/** The name of a command that registers. */
export type RegisterCommandName = `REGISTER_${Registrable}`;

/** The first kernel with the command. Some architectures and configurations have it later, or never. */
export const since: Readonly<Record<CommandName, string>> = {
  QUERY: '4.3',
  GLOBAL: '4.3',
  GLOBAL_EXPEDITED: '4.16',
  REGISTER_GLOBAL_EXPEDITED: '4.16',
  PRIVATE_EXPEDITED: '4.14',
  REGISTER_PRIVATE_EXPEDITED: '4.14',
  PRIVATE_EXPEDITED_SYNC_CORE: '4.16',
  REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: '4.16',
  PRIVATE_EXPEDITED_RSEQ: '5.10',
  REGISTER_PRIVATE_EXPEDITED_RSEQ: '5.10',
  GET_REGISTRATIONS: '6.3',
};

export const commandNames: readonly CommandName[] = Object.keys(Command) as CommandName[];

export const registrables: readonly Registrable[] = [
  'GLOBAL_EXPEDITED',
  'PRIVATE_EXPEDITED',
  'PRIVATE_EXPEDITED_SYNC_CORE',
  'PRIVATE_EXPEDITED_RSEQ',
];

/** Whether a call must be registered before. GLOBAL_EXPEDITED is registered in order to be reached. */
export function needsRegistration(command: CommandName): boolean {
  return command.startsWith('PRIVATE_');
}

export function registerCommandOf(command: Registrable): RegisterCommandName {
  return `REGISTER_${command}`;
}

/** The commands whose bits are set in a mask, as QUERY and GET_REGISTRATIONS answer it. Unknown bits are left out. */
export function commandsIn(mask: number): ReadonlySet<CommandName> {
  return new Set(commandNames.filter((name) => (mask & Command[name]) !== 0));
}
