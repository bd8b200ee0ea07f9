/**
 * The facade: every command of membarrier(2) as a method, registration before use enforced, typed errors.
 *
 * - Arguments are checked first, then platform and addon, then the record of registrations; only then is the kernel
 *   asked. What is refused has had no effect.
 * - The record is one for the whole process: main thread and workers share it, and it outlives any of them.
 * - Importing this makes no membarrier call, never throws and never prints, on any platform.
 * - The methods do not use `this`: they may be destructured.
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
 * Errors, where a method does not say more: UnavailableError (no membarrier here, or something that returns success and
 * does nothing), UnsupportedCommandError (not this command), BlockedError (a sandbox denies it), MembarrierError (any
 * other errno); TypeError and RangeError for bad arguments. Methods that return a promise reject with them.
 */
export interface Membarrier {
  /**
   * Whether membarrier(2) answers here and, if a command is named, whether it offers that: one QUERY. It never throws,
   * on any platform: what is no command is not supported. A sandbox that looks at the command may deny what is
   * supported, or deny QUERY alone and nothing else; `attempt` tells.
   */
  isSupported(command?: CommandName): boolean;

  /** The kernel's answer to QUERY: which commands it has. One system call. */
  query(): Query;

  /**
   * Registers a barrier on the thread pool and resolves to it. In a process with several threads, as Node.js is, the
   * kernel's first registration of each kind waits for an RCU grace period, 5 to 25 ms; one that any thread has made
   * before resolves without a system call. GLOBAL_EXPEDITED means "let this process be reached"; sending needs no
   * registration. Nothing unregisters, but exec does. Source: membarrier(2), kernel/sched/membarrier.c.
   *
   * A process that is restored from a checkpoint has lost its registrations. A private one is made again when a barrier
   * is refused. Nothing tells of GLOBAL_EXPEDITED: register it again then. Its call is made each time.
   *
   * UnavailableError where success is returned and contradicted: QUERY does not offer the command, the barrier succeeds
   * before its registration, or the kernel does not hold the registration (GLOBAL_EXPEDITED, Linux 6.3).
   *
   * Once a thread of this process has exited, other processes' GLOBAL_EXPEDITED may miss its other threads: a defect of
   * the kernel (Linux 6.1 to 6.18; docs/internals/kernel.md). Use PRIVATE_EXPEDITED within a process, and `global()`
   * between processes.
   */
  register<C extends Registrable>(command: C): Promise<Barrier<C>>;

  /** As `register`, blocking. In a worker, after any thread has registered, this is the way to a Barrier at no cost. */
  registerSync<C extends Registrable>(command: C): Barrier<C>;

  /** Whether this process has registered it through this package, in any thread. No system call. */
  isRegistered(command: Registrable): boolean;

  /**
   * The REGISTER commands that the kernel holds for this process, with those made outside this package (musl makes
   * one). One system call; Linux 6.3 and later, UnsupportedCommandError before. It over-reports: having registered only
   * SYNC_CORE or RSEQ, the kernel names REGISTER_PRIVATE_EXPEDITED too, yet refuses PRIVATE_EXPEDITED.
   */
  kernelRegistrations(): ReadonlySet<CommandName>;

  /**
   * Every running thread of this process passes through a full memory barrier before this returns. Takes 1 to 15
   * microseconds with a running sibling, less than one without. NotRegisteredError before its registration; ENOMEM.
   */
  privateExpedited(): void;

  /** As `privateExpedited`, costs and errors included; and every thread refetches instructions before it runs on. */
  privateExpeditedSyncCore(): void;

  /**
   * As `privateExpedited`, costs and errors included; and restarts the rseq critical sections under way, everywhere or
   * on one CPU.
   */
  privateExpeditedRseq(options?: RseqOptions): void;

  /**
   * As `privateExpedited`, for the running threads of every process that registered GLOBAL_EXPEDITED. The caller needs
   * no registration. ENOMEM.
   *
   * It may miss threads of a registered process of which a thread has exited: a defect of the kernel (Linux 6.1 to
   * 6.18; docs/internals/kernel.md). Use PRIVATE_EXPEDITED within a process, and `global()` between processes.
   */
  globalExpedited(): void;

  /** Every running thread of the system, by waiting on the thread pool: 8 to 24 ms. */
  global(): Promise<void>;

  /** As `global`, blocking this thread. */
  globalSync(): void;

  /**
   * Performs any command but GLOBAL, and returns its typed error instead of throwing it. Only bad arguments throw.
   * A REGISTER command blocks as `registerSync` does, for 5 to 25 ms the first time.
   */
  attempt<C extends Attemptable>(
    command: C,
    ...options: [C] extends ['PRIVATE_EXPEDITED_RSEQ'] ? [options?: RseqOptions] : []
  ): Attempt<C>;

  /**
   * membarrier(2) with these words, and what the kernel answered: its value, or -errno. It enforces nothing, neither
   * reads nor writes the record, and blocks as long as the kernel does: for experiments and benchmarks. Refuses what is
   * no int32; UnavailableError (of QUERY) where no addon could be loaded.
   */
  raw(cmd: number, flags?: number, cpuId?: number): number;
}

function raw(cmd: number, flags = 0, cpuId = 0): number {
  checkInt32('cmd', cmd);
  checkInt32('flags', flags);
  checkInt32('cpuId', cpuId);
  return membarrierSyscall(requireBinding('QUERY'), cmd, flags, cpuId);
}

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
