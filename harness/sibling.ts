/** A worker that runs, or sleeps, beside the thread that issues barriers. */
import { readIfThere, readSchedStat } from './proc.js';
import { startWorker } from './worker.js';

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

/** Starts a sibling, pinned where `cpu` is given, and resolves when it has reached its state. */
export async function startSibling(state: SiblingState, cpu?: number): Promise<Sibling> {
  const worker = await startWorker(new URL('sibling-worker.js', import.meta.url), cpu);
  if (state === 'busy') worker.begin(1);
  return { ranDuring: (run) => ranDuring(worker.thread, () => worker.found()[0], run), stop: worker.end };
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

/** How often the kernel has given a thread a CPU, and taken it away. */
function switchesOf(task: string): string | undefined {
  const given = readSchedStat(`/proc/${task}`)?.turns;
  const taken = /^nonvoluntary_ctxt_switches:\s*(\d+)/m.exec(readIfThere(`/proc/${task}/status`) ?? '')?.[1];
  return given === undefined || taken === undefined ? undefined : `${given} ${taken}`;
}
