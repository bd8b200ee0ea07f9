/** A worker that takes steps by messages. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome, Step } from './outcome.js';

export interface Actor {
  take(step: Step): Promise<Outcome>;
  /** worker.terminate(), also in the middle of a step. */
  terminate(): Promise<number>;
}

export function startActor(flags: string[] = []): Actor {
  // No environment: a test runner's loaders would cost each worker 400 ms.
  const worker = new Worker(new URL('actor-worker.js', import.meta.url), { execArgv: flags, env: {} });
  return {
    async take(step) {
      worker.postMessage(step);
      const [outcome] = await once(worker, 'message');
      return outcome as Outcome;
    },
    terminate: () => worker.terminate(),
  };
}
