/**
 * A worker that lives with a domain until it ends, in one of the ways in which a worker may end. What it does until
 * then is an occupation: it says so before it begins, and dies at whichever point of it comes next.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';
import { die, type End, PURPOSE } from '../process/ends.js';
import { type Occupation, occupations } from './occupations.js';

export interface Mortal {
  readonly worker: Worker;
  /** What it has done so far. */
  done(): number;
  /**
   * Lets it end, or ends it; only 'wait' needs this thread's event loop for it. Resolves when it has ended; rejects
   * with what it has thrown and not on purpose.
   */
  end(): Promise<void>;
}

interface Life {
  readonly occupation: Occupation;
  readonly end: End;
  readonly handle: RcuHandle;
  readonly words: Int32Array;
}

const TOLD = 0;
const DONE = 1;

/** Resolves when it is at its occupation. */
export async function startMortal(handle: RcuHandle, occupation: Occupation, end: End): Promise<Mortal> {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { occupation, end, handle, words } satisfies Life,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  const ended = new Promise<void>((resolve, reject) => {
    worker.on('exit', () => resolve());
    worker.on('error', (error: Error & { code?: string }) => {
      if (error.message !== PURPOSE && error.code !== 'ERR_WORKER_OUT_OF_MEMORY') reject(error);
    });
  });
  await Promise.race([once(worker, 'message'), ended]);
  return {
    worker,
    done: () => Atomics.load(words, DONE),
    async end() {
      Atomics.store(words, TOLD, 1);
      if (end === 'wait') await once(worker, 'message');
      if (end === 'loop' || end === 'wait') await worker.terminate();
      await ended;
    },
  };
}

async function live({ occupation, end, handle, words }: Life): Promise<void> {
  const domain = occupation.startsWith('own') ? RcuDomain.createSync() : RcuDomain.attach(handle);
  const reader = domain.registerReader({ name: occupation });
  const point = () => {
    if (Atomics.load(words, TOLD) === 1) endAs[end]();
  };
  const act = await occupations[occupation](domain, reader, point);
  parentPort?.postMessage('at work');
  try {
    for (;;) {
      act();
      Atomics.add(words, DONE, 1);
    }
  } catch (error) {
    if (!(error instanceof NaturalEnd)) throw error;
  }
}

/** Leaves everything as it is, and the thread to its event loop, which is empty. */
class NaturalEnd extends Error {}

const endAs: Record<End, () => void> = {
  ...die,
  loop: () => {},
  wait() {
    parentPort?.postMessage('waiting');
    die.wait();
  },
  naturally() {
    throw new NaturalEnd();
  },
};

if (!isMainThread && (workerData as Partial<Life> | undefined)?.occupation !== undefined)
  await live(workerData as Life);
