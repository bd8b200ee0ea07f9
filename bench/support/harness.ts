/** What `harness.node` offers to tests and benchmarks; see native/harness/. Answers are values or -errno. */
import { createRequire } from 'node:module';

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
  /** The answers to these calls in a child that was forked without exec. */
  callInFork(calls: readonly (readonly [command: number, flags: number, cpuId: number])[]): number[] | number;
  /** Marks an interval for whoever emulates this machine and counts what it executes; see native/harness/marker.h. */
  markBegin(): void;
  markEnd(): void;
  /**
   * Starts a thread, pinned to a CPU, that executes a function of machine code in a loop while it is patched, until it is
   * stopped or the handle is collected. See native/harness/code_patch.h for the protocol.
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

declare const handle: unique symbol;

/** A handle: nothing is to be read from it. */
export interface PatchedCode {
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

/** The clone's root: this is dist/bench/support/. */
export const root: URL = new URL('../../../', import.meta.url);

export const harness: Harness = createRequire(import.meta.url)(
  new URL('build/Release/harness.node', root).pathname,
) as Harness;
