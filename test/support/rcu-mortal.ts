/**
 * A worker that lives with a domain until it ends, in one of the ways in which a worker may end. What it does until then
 * is an occupation: it says so before it begins.
 */
import { once } from 'node:events';
import { exit } from 'node:process';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle, type RcuReader } from 'node-membarrier/rcu';

/** By whom: itself, or another thread by terminate(). */
export const ends = ['loop', 'wait', 'throw', 'exit', 'outOfMemory', 'naturally'] as const;
export type End = (typeof ends)[number];

/** 'section' ends inside a section; the others at whatever point they are. */
export type Occupation = 'section' | 'reading' | 'registering' | 'synchronizing' | 'waiting' | 'ownDomain';

export interface Mortal {
  readonly worker: Worker;
  /** Lets it end, or ends it; resolves when it has ended. */
  end(): Promise<void>;
}

interface Life {
  readonly occupation: Occupation;
  readonly end: End;
  readonly handle: RcuHandle;
  readonly words: Int32Array;
}

/** Resolves when it is at its occupation. */
export async function startMortal(handle: RcuHandle, occupation: Occupation, end: End): Promise<Mortal> {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { occupation, end, handle, words } satisfies Life,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => resolve());
  });
  worker.on('error', () => {}); // what it throws on purpose
  await once(worker, 'message');
  return {
    worker,
    async end() {
      Atomics.store(words, 0, 1);
      Atomics.notify(words, 0);
      if (end === 'loop' || end === 'wait') await worker.terminate();
      await ended;
    },
  };
}

function live({ occupation, end, handle, words }: Life): void {
  const domain = occupation === 'ownDomain' ? RcuDomain.createSync() : RcuDomain.attach(handle);
  const reader = domain.registerReader({ name: occupation });
  const act = acts[occupation](domain, reader);
  const told = () => Atomics.load(words, 0) === 1;
  parentPort?.postMessage('at work');
  if (end === 'wait' && occupation === 'section') {
    act();
    Atomics.wait(words, 0, 0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  do act();
  while (end === 'loop' || end === 'wait' || !told());
  die[end]();
}

const acts: Record<Occupation, (domain: RcuDomain, reader: RcuReader) => () => void> = {
  section(_domain, reader) {
    reader.readLock();
    return () => {};
  },
  reading(_domain, reader) {
    return () => {
      reader.readLock();
      reader.readLock();
      reader.readUnlock();
      reader.readUnlock();
    };
  },
  registering(domain) {
    return () => {
      const another = domain.registerReader();
      another.readLock();
      another.readUnlock();
      another[Symbol.dispose]();
    };
  },
  synchronizing(domain) {
    return () => {
      domain.synchronizeSync();
      domain.poll(domain.startPoll());
    };
  },
  waiting(domain) {
    domain.callRcu(() => {});
    void domain.synchronize();
    return () => domain.synchronizeSync();
  },
  ownDomain(domain, reader) {
    void domain.synchronize();
    return () => {
      reader.readLock();
      domain.poll(domain.startPoll());
      reader.readUnlock();
      domain.synchronizeSync();
    };
  },
};

const die: Record<End, () => void> = {
  loop: () => {},
  wait: () => {},
  throw() {
    throw new Error('on purpose');
  },
  exit: () => exit(3),
  outOfMemory() {
    const hoard: unknown[] = [];
    for (;;) hoard.push(Array.from({ length: 10_000 }, Object));
  },
  naturally: () => {},
};

if (!isMainThread && (workerData as Partial<Life> | undefined)?.occupation !== undefined) live(workerData as Life);
