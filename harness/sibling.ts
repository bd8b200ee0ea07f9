/** A worker that runs, or waits, beside the thread that issues barriers. */
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readIfThere, readSchedStat } from './proc.js';

export interface Sibling {
  /**
   * Whether the sibling, which must be a busy one, was running all the time that `run` took: it has got on, and has
   * neither lost its CPU nor been given one. False where the kernel does not tell.
   */
  readonly ranDuring: (run: () => void) => boolean;
  /** Ends the worker, and waits for it. */
  stop(): Promise<void>;
}

export type SiblingState = 'busy' | 'parked';

/** Words that both threads share. */
export enum Word {
  END,
  /** Counts on, while the sibling is busy. */
  PROGRESS,
}

/** Starts a sibling, pinned where `cpu` is given, and resolves when it has reached its state. */
export async function startSibling(state: SiblingState, cpu?: number): Promise<Sibling> {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const url = new URL('sibling-worker.js', import.meta.url);
  // execArgv and env: a test runner's loaders would cost each worker 400 ms.
  const worker = new Worker(url, { workerData: { state, cpu, words }, execArgv: [], env: {} });
  const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
  const [task] = (await Promise.race([once(worker, 'message'), failed])) as [string];
  // Whoever fails beside it must not run on for its sake.
  worker.unref();
  return {
    ranDuring: (run) => ranDuring(task, () => Atomics.load(words, Word.PROGRESS), run),
    async stop() {
      Atomics.store(words, Word.END, 1);
      Atomics.notify(words, Word.END);
      worker.ref();
      await once(worker, 'exit');
    },
  };
}

/**
 * Whether a task, named as in /proc, was running all the time that `run` took, where `progress` counts on while it
 * runs.
 */
export function ranDuring(task: string, progress: () => number, run: () => void): boolean {
  const switches = switchesOf(task);
  const before = progress();
  run();
  const gotOn = progress() !== before;
  return gotOn && switches !== undefined && switchesOf(task) === switches;
}

/**
 * The other threads that this process has now. `sleptDuring` tells whether none of them had a CPU at any time that
 * `run` took. False where the kernel does not tell.
 */
export function otherThreads(): { readonly sleptDuring: (run: () => void) => boolean } {
  const self = basename(readlinkSync('/proc/thread-self'));
  const others = readdirSync('/proc/self/task').filter((thread) => thread !== self);
  return {
    sleptDuring(run) {
      const before = turnsOf(others);
      run();
      return before !== undefined && turnsOf(others) === before;
    },
  };
}

/** How often the kernel has given these threads a CPU. Undefined while one has it, or waits for it, or has ended. */
function turnsOf(threads: readonly string[]): string | undefined {
  const all: number[] = [];
  for (const thread of threads) {
    const folder = `/proc/self/task/${thread}`;
    const turns = readSchedStat(folder)?.turns;
    if (turns === undefined || stateOf(folder) !== 'S') return undefined;
    all.push(turns);
  }
  return all.join();
}

function stateOf(folder: string): string | undefined {
  return /\) (\w)/.exec(readIfThere(`${folder}/stat`) ?? '')?.[1];
}

/** How often the kernel has given a thread a CPU, and taken it away. */
function switchesOf(task: string): string | undefined {
  const given = readSchedStat(`/proc/${task}`)?.turns;
  const taken = /^nonvoluntary_ctxt_switches:\s*(\d+)/m.exec(readIfThere(`/proc/${task}/status`) ?? '')?.[1];
  return given === undefined || taken === undefined ? undefined : `${given} ${taken}`;
}
