/**
 * The facade: every command of membarrier(2) as a method, with registration enforced and typed errors.
 *
 * - Arguments are checked first, then platform and addon, then the record of registrations, and last the kernel is
 *   called. A refused call has had no effect.
 * - The whole process has one record. Main thread and workers share it, and it outlives any of them.
 * - Importing this makes no membarrier call, never throws and never prints, on any platform.
 */

import { checkInt32 } from '../base/arguments.js';
import type { RseqOptions } from './arguments.js';
import { type Attempt, type Attemptable, attempt } from './attempt.js';
import type { Barrier } from './barrier.js';
import {
  global,
  globalExpedited,
  globalSync,
  privateExpedited,
  privateExpeditedRseq,
  privateExpeditedSyncCore,
} from './barrier-methods.js';
import type { CommandName, Registrable } from './commands.js';
import { isSupported, kernelRegistrations, type Query, query } from './query.js';
import { isRegistered, register, registerSync } from './registration.js';
import { membarrierSyscall, requireBinding } from './syscall.js';

/**
 * The system call membarrier(2): every command as a method. Registration before use is enforced, and errors are typed.
 *
 * Where a method does not say more, it throws
 *
 * - UnavailableError: no membarrier(2) here, or something returns success without making the call;
 * - UnsupportedCommandError: the kernel lacks this command;
 * - BlockedError: a sandbox refuses it;
 * - MembarrierError: any other errno;
 * - TypeError or RangeError: bad arguments.
 *
 * Methods that return a promise reject with these. A refused call has had no effect. The methods do not use `this`, so
 * they may be destructured.
 */
export interface Membarrier {
  /**
   * Whether the kernel has membarrier(2) or, if a command is named, that command: one QUERY. Never throws, on any
   * platform. A name that is no command is not supported. A sandbox may refuse a supported command, or refuse QUERY
   * alone; `attempt` tells.
   */
  isSupported(command?: CommandName): boolean;

  /** Returns the commands that the kernel has, by QUERY. One system call, 0.3 microseconds. */
  query(): Query;

  /**
   * Registers a barrier on the thread pool, and resolves to it. The first registration of each kind waits for an RCU
   * grace period of the kernel, 5 to 25 ms. If any thread has registered before, it resolves without a system call.
   * GLOBAL_EXPEDITED means "let other processes reach this one"; to issue it needs no registration. Nothing unregisters
   * but exec. Source: membarrier(2), kernel/sched/membarrier.c.
   *
   * A process that was restored from a checkpoint has lost its registrations. A private one is made again when a
   * barrier is refused. Register GLOBAL_EXPEDITED again yourself; its call is made each time.
   *
   * Rejects with UnavailableError if something returns success in place of the kernel: QUERY does not list the command,
   * the barrier succeeds before its registration, or the kernel does not hold the registration (GLOBAL_EXPEDITED, Linux
   * 6.3).
   *
   * Once a thread of this process has exited, GLOBAL_EXPEDITED of other processes may miss its other threads. This is a
   * defect of the kernel (Linux 6.1 to 6.18; docs/internals/kernel.md). Use PRIVATE_EXPEDITED within a process, and
   * `global()` between processes.
   */
  register<C extends Registrable>(command: C): Promise<Barrier<C>>;

  /**
   * As `register`, blocking. Free once any thread of the process has registered: this is how a worker gets its Barrier.
   */
  registerSync<C extends Registrable>(command: C): Barrier<C>;

  /** Whether any thread of this process has registered the barrier through this package. No system call. */
  isRegistered(command: Registrable): boolean;

  /**
   * The REGISTER commands that the kernel holds for this process, also those made outside this package (musl makes
   * one). One system call. UnsupportedCommandError before Linux 6.3. The kernel over-reports: if only SYNC_CORE or RSEQ
   * is registered, it also names REGISTER_PRIVATE_EXPEDITED, yet refuses PRIVATE_EXPEDITED.
   */
  kernelRegistrations(): ReadonlySet<CommandName>;

  /**
   * Every running thread of this process passes through a full memory barrier before this returns. Blocks for 1 to 15
   * microseconds if a sibling is running, for less than one if none is. Throws NotRegisteredError before its
   * registration; ENOMEM.
   */
  privateExpedited(): void;

  /**
   * As `privateExpedited`, with the same costs and errors. In addition every thread refetches its instructions before
   * it continues.
   */
  privateExpeditedSyncCore(): void;

  /**
   * As `privateExpedited`, with the same costs and errors. In addition it restarts the rseq critical sections under
   * way, on all CPUs or on one.
   */
  privateExpeditedRseq(options?: RseqOptions): void;

  /**
   * As `privateExpedited`, for the running threads of every process that registered GLOBAL_EXPEDITED. The caller needs
   * no registration. Throws ENOMEM.
   *
   * It may miss threads of a registered process of which a thread has exited. This is a defect of the kernel (Linux 6.1
   * to 6.18; docs/internals/kernel.md). Use PRIVATE_EXPEDITED within a process, and `global()` between processes.
   */
  globalExpedited(): void;

  /**
   * Every running thread of the system passes through a full memory barrier. Waits on the thread pool for 8 to 24 ms.
   */
  global(): Promise<void>;

  /** As `global`, blocking this thread. */
  globalSync(): void;

  /**
   * Runs any command but GLOBAL, and returns its typed error instead of throwing it. Only bad arguments throw. A
   * REGISTER command blocks as `registerSync` does, for 5 to 25 ms the first time.
   */
  attempt<C extends Attemptable>(
    command: C,
    ...options: [C] extends ['PRIVATE_EXPEDITED_RSEQ'] ? [options?: RseqOptions] : []
  ): Attempt<C>;

  /**
   * Calls membarrier(2) with these three words, and returns what the kernel returned: its value, or -errno. It enforces
   * nothing, neither reads nor writes the package's record, and blocks as long as the kernel does. For experiments and
   * benchmarks. Throws TypeError or RangeError for what is no int32, and UnavailableError if the addon could not be
   * loaded.
   */
  raw(cmd: number, flags?: number, cpuId?: number): number;
}

function raw(cmd: number, flags = 0, cpuId = 0): number {
  checkInt32('cmd', cmd);
  checkInt32('flags', flags);
  checkInt32('cpuId', cpuId);
  return membarrierSyscall(requireBinding('QUERY'), cmd, flags, cpuId);
}

/** The system call membarrier(2), as methods. See Membarrier. */
export const membarrier: Readonly<Membarrier> = Object.freeze({
  isSupported,
  query,
  register,
  registerSync,
  isRegistered,
  kernelRegistrations,
  privateExpedited,
  privateExpeditedSyncCore,
  privateExpeditedRseq,
  globalExpedited,
  global,
  globalSync,
  attempt,
  raw,
});
