/** A worker with a lock of its own over shared words. It does its tasks, and may end in any way. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** 'count' increments the word behind the lock, plainly, `times` times. 'state' answers what `ownerDied` says. */
export type LockAct = 'lock' | 'tryLock' | 'unlock' | 'ownerDied' | 'token' | 'count';

export interface LockActor {
  readonly worker: Worker;
  do(act: LockAct, times?: number): Promise<unknown>;
  /** Tells it to do something that it does not come back from. */
  tell(act: string): void;
  end(): Promise<void>;
}

export function startLockActor(view: Int32Array, index = 0): LockActor {
  const url = new URL('lock-actor-worker.js', import.meta.url);
  // No environment: a test runner's loaders would cost each worker 400 ms.
  const worker = new Worker(url, {
    workerData: { view, index },
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  });
  // What it throws on purpose; what it should not have thrown ends the test that waits for its answer.
  worker.on('error', () => {});
  return {
    worker,
    async do(act, times) {
      worker.postMessage([act, times]);
      const [answer] = await once(worker, 'message');
      return answer;
    },
    tell: (act) => worker.postMessage([act]),
    async end() {
      await worker.terminate();
    },
  };
}
