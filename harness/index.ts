/** What `harness.node` offers to tests and benchmarks; its C++ is beside this file. Answers are values or -errno. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../lib/base/package-root.js';

export interface Harness {
  /** Pins the calling thread to a CPU. */
  pin(cpu: number): number;
  /** The CPUs that the calling thread may run on. */
  affinity(): number[];
  /** membarrier(2) in a C loop, through libc as C programs do it. */
  libcLoop(command: number, flags: number, cpuId: number, iterations: number): LoopResult;
  /** membarrier(2) in a C loop, through the package's own native call. */
  ownLoop(command: number, flags: number, cpuId: number, iterations: number): LoopResult;
  /**
   * A seccomp filter in the whole process, for good: `command` (or -1, every one) answers -errno, or kills the process
   * (0) or the calling thread (-1), or pretends to have been done (-2).
   */
  deny(command: number, errno: number): number;
  /** A seccomp filter in the whole process, for good: whoever pins a thread is answered -errno. */
  denyPinning(errno: number): number;
  /** The answers to these calls in a child that was forked without exec. */
  callInFork(calls: readonly Words[]): number[] | number;
  /**
   * The answers to these calls, each in a task that has our memory and is not our thread: CLONE_VM without
   * CLONE_THREAD.
   */
  callInTasks(calls: readonly Words[]): number[] | number;
  /** Those of callInFork(), with the nanoseconds that each call took: in a process of one thread. */
  timeInFork(calls: readonly Words[]): LoopResult[] | number;
  /**
   * Hands CPUs over from one process to another, or from thread to thread, in arms that run in turns; see
   * harness/context_switch.h. Resolves to the bursts of the first arm, then those of the second, and so on.
   */
  measureSwitches(
    setup: readonly [shape: SwitchShape, cpu: number, otherCpu: number, roundTrips: number, bursts: number],
    arms: readonly (readonly [firstRegisters: number, secondRegisters: number, spin: number])[],
  ): Promise<Burst[] | number>;
  /** Nanoseconds of so many turns of the loop that an arm of `measureSwitches` spins in. */
  timeSpin(turns: number): number;
  /** Starts so many threads that sleep until the handle is collected, or the environment ends. */
  parkThreads(count: number): ParkedThreads | number;
  /** Starts a task that runs, pinned to a CPU, until it is stopped or the handle is collected. */
  startRelatedTask(relation: Relation, cpu: number): RelatedTask | number;
  /** The number that the task has in /proc. */
  taskOf(related: RelatedTask): number;
  /** Counts on while the task runs. */
  progressOf(related: RelatedTask): number;
  /** Has the issuer make a call so often; the last answer. */
  issueBeside(related: RelatedTask, command: number, times: number): number;
  /** Ends the task, and waits for it. */
  stopRelatedTask(related: RelatedTask): void;
  /** Marks an interval for whoever emulates this machine and counts what it executes; see harness/marker.h. */
  markBegin(): void;
  markEnd(): void;
  /**
   * Starts a thread, pinned to a CPU, that executes a function of machine code in a loop while it is patched, until it
   * is stopped or the handle is collected. See harness/code_patch.h for the protocol.
   */
  startCode(cpu: number): PatchedCode | number;
  /** Patches the function for this round; they count from 1. */
  patchCode(code: PatchedCode, round: number): void;
  /** Tells the thread that the function has been patched for this round. */
  publishCode(code: PatchedCode, round: number): void;
  /** The last round in which the thread has executed the function after it was told. */
  acknowledgedRound(code: PatchedCode): number;
  /** Ends the thread, and waits for it. */
  stopCode(code: PatchedCode): Executions;
}

export type Words = readonly [command: number, flags: number, cpuId: number];

export const SwitchShape = {
  /** Two processes on one CPU. */
  PROCESSES: 0,
  /** Two threads of one process, on one CPU. */
  THREADS: 1,
  /** Two processes on two CPUs, each of which idles while its process sleeps. */
  IDLE: 2,
} as const;
export type SwitchShape = (typeof SwitchShape)[keyof typeof SwitchShape];

/** How a task is related to who issues barriers beside it. */
export const Relation = {
  /** It has the memory of the issuer, which is this process, and is not its thread: CLONE_VM without CLONE_THREAD. */
  TASK: 0,
  /** It is a thread of the issuer, which is a child of this process that was forked without exec. */
  FORKED: 1,
} as const;
export type Relation = (typeof Relation)[keyof typeof Relation];

export interface Burst {
  /** For each hand-over. */
  readonly nanoseconds: number;
  /** Of one side, for each round trip: 1 if nobody else ran. */
  readonly switches: number;
}

declare const handle: unique symbol;

/** Handles: nothing is to be read from them. */
export interface PatchedCode {
  readonly [handle]: true;
}

export interface RelatedTask {
  readonly [handle]: true;
}

export interface ParkedThreads {
  readonly [handle]: true;
}

export interface Executions {
  readonly executions: number;
  /** Those that returned what an earlier round had patched, though the thread had been told of a later one. */
  readonly stale: number;
}

export interface LoopResult {
  /** Of the whole loop. */
  readonly nanoseconds: number;
  /** Of the last call; through libc, -1 for an error. */
  readonly answer: number;
}

/** The root of the clone, or of the package. */
export const root: URL = new URL(packageRoot());

export const harness: Harness = load();

/** A clone's own build, or what the published package brings along. */
function load(): Harness {
  const paths = ['build/Release/harness.node', `prebuilds/linux-${process.arch}/harness.node`];
  const [path] = paths.map((path) => fileURLToPath(new URL(path, root))).filter((path) => existsSync(path));
  if (path === undefined) throw new Error(`there is no harness.node for ${process.platform} on ${process.arch}`);
  return createRequire(import.meta.url)(path) as Harness;
}
