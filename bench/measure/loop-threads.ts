/**
 * Threads whose event loops turn: readers of a domain of the event-loop flavor, or of the least that could take its
 * place. That is a sequence that they wait for, and a count of those that have acknowledged it.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';

/** Words of what is the least: the sequence, how often somebody has acknowledged, and how many turns there were. */
export const Least = { SEQUENCE: 0, ACKNOWLEDGED: 32, TURNS: 64, WORDS: 96 } as const;

/** Idle threads only wait; busy ones compute for so many milliseconds in each callback. */
export interface LoopTask {
  readonly busy: number;
  readonly handle: RcuHandle | undefined;
  readonly least: Int32Array;
  readonly threads: number;
}

/** What ends grace periods in a group of threads. */
export interface LoopThreads {
  readonly wait: () => Promise<void>;
  readonly least: Int32Array;
  readonly end: () => Promise<void>;
}

export async function startLoopThreads(threads: number, kind: 'domain' | 'least', busy = 0): Promise<LoopThreads> {
  const domain = kind === 'domain' ? RcuDomain.createSync({ flavor: 'qsbr' }) : undefined;
  const least = new Int32Array(new SharedArrayBuffer(4 * Least.WORDS));
  const task: LoopTask = { busy, handle: domain?.handle, least, threads };
  const program = new URL('loop-threads-worker.js', import.meta.url);
  const workers: Worker[] = [];
  for (let i = 0; i < threads; i++) {
    const worker = new Worker(program, { workerData: task, execArgv: [], env: {} });
    await once(worker, 'message');
    workers.push(worker);
  }
  return {
    wait: domain === undefined ? () => waitForLeast(least, threads) : () => domain.synchronize(),
    least,
    async end() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

async function waitForLeast(words: Int32Array, threads: number): Promise<void> {
  const wanted = threads * (Atomics.add(words, Least.SEQUENCE, 1) + 1);
  Atomics.notify(words, Least.SEQUENCE);
  for (;;) {
    const found = Atomics.load(words, Least.ACKNOWLEDGED);
    if (found >= wanted) return;
    const waited = Atomics.waitAsync(words, Least.ACKNOWLEDGED, found);
    if (waited.async) await waited.value;
  }
}
