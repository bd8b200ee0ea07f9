/** A worker that takes part in a domain, does its tasks, and may end in any way. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RcuHandle } from 'node-membarrier/rcu';
import type { End } from '../process/ends.js';

export type RcuAct =
  | 'readLock'
  | 'readUnlock'
  /** In so many milliseconds. */
  | 'readUnlockLater'
  /** One more reader; answers its slot. */
  | 'register'
  | 'dispose'
  | 'quiescentState'
  | 'offline'
  | 'online'
  /** These last until the second word of an Int32Array is 1. Its first word is 1 meanwhile. They answer afterwards. */
  | 'compute'
  /** With quiescentState() now and then. */
  | 'computeQuiescently'
  /** Blocks. */
  | 'block'
  /** Blocks, and is offline for it. */
  | 'blockOffline'
  /** One setImmediate() after the other. */
  | 'runImmediates'
  /** Runs microtasks, and nothing else. */
  | 'runMicrotasks'
  | 'synchronizeSync'
  | 'synchronize'
  | 'callRcu'
  /** Answers when it has attached. */
  | 'attach'
  /** Steps of lib/rcu/steps.ts, by name, and 'heavy'. */
  | 'take';

export interface RcuActor {
  readonly worker: Worker;
  /** Resolves with what comes of it, or the code of its error. */
  do(act: RcuAct, argument?: unknown): Promise<unknown>;
  /** As `do`, for what it may not come back from. */
  tell(act: RcuAct, argument?: unknown): void;
  /**
   * Makes it ready to end. What this answers ends it, even if this thread then blocks, and resolves when it has ended.
   */
  condemn(end: End): Promise<() => Promise<void>>;
  end(): Promise<void>;
}

export function startRcuActor(handle: RcuHandle, name?: string): RcuActor {
  const worker = new Worker(new URL('actor-worker.js', import.meta.url), {
    workerData: handle,
    ...(name === undefined ? {} : { name }),
    execArgv: [],
    env: {}, // a test runner's loaders would cost each worker 400 ms
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  worker.on('error', () => {}); // what it throws on purpose
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => resolve());
  });
  const terminate = async () => {
    await worker.terminate();
  };
  return {
    worker,
    async do(act, argument) {
      worker.postMessage([act, argument]);
      const [answer] = await once(worker, 'message');
      return answer;
    },
    tell: (act, argument) => worker.postMessage([act, argument]),
    async condemn(end) {
      if (end === 'loop' || end === 'wait') {
        worker.postMessage([end]);
        await once(worker, 'message');
        return terminate;
      }
      return () => {
        worker.postMessage([end]);
        return ended;
      };
    },
    end: terminate,
  };
}
