/** What `harness.node` offers to benchmarks and tests; its C++ is beside this file. Answers are values or -errno. */
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
  libcLoop(command: number, flags: number, cpuId: number, iterations: number): Answer;
  /** membarrier(2) in a C loop, through the package's own native call. */
  ownLoop(command: number, flags: number, cpuId: number, iterations: number): Answer;
  /** Makes these calls in a child that was forked without exec, which has one thread. */
  callInFork(calls: readonly Words[]): Answer[] | number;
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
  parkThreads(count: number): object | number;
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

export interface Burst {
  /** For each hand-over. */
  readonly nanoseconds: number;
  /** Of one side, for each round trip: 1 if nobody else ran. */
  readonly switches: number;
}

export interface Answer {
  /** Of all calls. */
  readonly nanoseconds: number;
  /** Of the last call; through libc, -1 for an error. */
  readonly answer: number;
}

/** The root of the clone, or of the package. */
export const root: URL = new URL(packageRoot());

/** An addon beside the library's: a clone's own build, or what the published package of bench brings along. */
export function loadNative<Face>(name: string): Face {
  const paths = [`build/Release/${name}.node`, `prebuilds/linux-${process.arch}/${name}.node`];
  const [path] = paths.map((path) => fileURLToPath(new URL(path, root))).filter((path) => existsSync(path));
  if (path === undefined) throw new Error(`there is no ${name}.node for ${process.platform} on ${process.arch}`);
  return createRequire(import.meta.url)(path) as Face;
}

export const harness: Harness = loadNative('harness');
