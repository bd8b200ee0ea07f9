/** A worker that has attached a map: it calls its methods, and may end in any way. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { End } from '../process/ends.js';

export interface MapActor {
  readonly worker: Worker;
  /** Resolves with what the method returns, or the code of its error. */
  call(method: string, ...args: readonly unknown[]): Promise<unknown>;
  /** As `call`, for what it may not come back from. */
  tell(method: string, ...args: readonly unknown[]): void;
  /** Ends it, from inside. Resolves when it has ended. */
  die(end: Exclude<End, 'loop' | 'wait'>): Promise<void>;
  terminate(): Promise<void>;
}

export async function startMapActor(handle: object, kind: 'map' | 'cell' = 'map'): Promise<MapActor> {
  const worker = new Worker(new URL('actor-worker.js', import.meta.url), {
    workerData: { handle, kind },
    execArgv: [],
    env: {}, // a test runner's loaders would cost each worker 400 ms
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  // What it throws on purpose is nobody's error, unless it cannot attach.
  const attached = once(worker, 'message');
  worker.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => resolve());
  });
  await attached;
  return {
    worker,
    async call(method, ...args) {
      worker.postMessage([method, args]);
      const [answer] = await once(worker, 'message');
      return answer;
    },
    tell: (method, ...args) => worker.postMessage([method, args]),
    async die(end) {
      worker.postMessage([end, []]);
      await ended;
    },
    async terminate() {
      await worker.terminate();
    },
  };
}
