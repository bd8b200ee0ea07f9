/** What `probes.node` offers to tests; its C++ is in test/native/. Answers are values or -errno. */
import { type Answer, loadNative, type Words } from '../../harness/index.js';

interface Probes {
  /**
   * A seccomp filter in the whole process, for good: `command` (or -1, every one) answers -errno, or kills the process
   * (0) or the calling thread (-1), or pretends to have been done (-2).
   */
  deny(command: number, errno: number): number;
  /** A seccomp filter in the whole process, for good: whoever pins a thread is answered -errno. */
  denyPinning(errno: number): number;
  /** Makes these calls, each in a task that has our memory and is not our thread: CLONE_VM without CLONE_THREAD. */
  callInTasks(calls: readonly Words[]): Answer[] | number;
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
  /** Marks an interval for whoever emulates this machine and counts what it executes; see test/native/marker.h. */
  markBegin(): void;
  markEnd(): void;
  /**
   * Starts a thread, pinned to a CPU, that executes a function of machine code in a loop while it is patched, until it
   * is stopped or the handle is collected. See test/native/code_patch.h for the protocol.
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

/** How a task is related to who issues barriers beside it. */
export const Relation = {
  /** It has the memory of the issuer, which is this process, and is not its thread: CLONE_VM without CLONE_THREAD. */
  TASK: 0,
  /** It is a thread of the issuer, which is a child of this process that was forked without exec. */
  FORKED: 1,
} as const;
export type Relation = (typeof Relation)[keyof typeof Relation];

/** Handles: nothing is to be read from them. */
export interface PatchedCode {
  readonly code: unique symbol;
}

export interface RelatedTask {
  readonly task: unique symbol;
}

export interface Executions {
  readonly executions: number;
  /** Those that returned what an earlier round had patched, though the thread had been told of a later one. */
  readonly stale: number;
}

export const probes: Probes = loadNative('probes');
