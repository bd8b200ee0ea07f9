/** A worker that runs, or waits, beside the thread that issues barriers. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface Sibling {
  /** Ends the worker, and waits for it. */
  stop(): Promise<void>;
}

export type SiblingState = 'busy' | 'parked';

/** Starts a sibling, pinned where `cpu` is given, and resolves when it has reached its state. */
export async function startSibling(state: SiblingState, cpu?: number): Promise<Sibling> {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const url = new URL('sibling-worker.js', import.meta.url);
  // execArgv and env: a test runner's loaders would cost each worker 400 ms.
  const worker = new Worker(url, { workerData: { state, cpu, words }, execArgv: [], env: {} });
  const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
  await Promise.race([once(worker, 'message'), failed]);
  return {
    async stop() {
      Atomics.store(words, 0, 1);
      Atomics.notify(words, 0);
      await once(worker, 'exit');
    },
  };
}
