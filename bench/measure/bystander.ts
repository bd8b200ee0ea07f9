/** A thread that works in small pieces beside whoever issues barriers, and records how long each piece took. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export enum Word {
  /** The window to work for, counted from 1; 0 to sleep, -1 to end. */
  WANTED,
  REACHED,
  /** Done in this window. */
  PIECES,
}

export interface BystanderData {
  readonly words: Int32Array;
  readonly cpu: number;
  readonly windows: number;
}

/** Nanoseconds. */
export interface Pauses {
  readonly piece: number;
  readonly p999: number;
  readonly longest: number;
}

export interface BystanderThread {
  /** The pieces of work that were done while `run` ran, in this window. */
  readonly during: (window: number, run: () => void) => number;
  /** What the pieces of each window took. */
  readonly end: () => Promise<Pauses[]>;
}

/** Pinned, and asleep between windows, of which there are so many. */
export async function startBystander(cpu: number, windows: number): Promise<BystanderThread> {
  const words = new Int32Array(new SharedArrayBuffer(4 * 4));
  const workerData: BystanderData = { words, cpu, windows };
  const worker = new Worker(new URL('bystander-worker.js', import.meta.url), { workerData, execArgv: [], env: {} });
  await once(worker, 'message');

  /** Returns when the worker has got there; the pieces of the window before are stored by then. */
  function tell(wanted: number): void {
    Atomics.store(words, Word.WANTED, wanted);
    Atomics.notify(words, Word.WANTED);
    for (let reached = get(); reached !== wanted; reached = get()) Atomics.wait(words, Word.REACHED, reached, 100);
  }

  function get(): number {
    return Atomics.load(words, Word.REACHED);
  }

  return {
    during(window, run) {
      tell(window + 1);
      run();
      tell(0);
      return Atomics.load(words, Word.PIECES);
    },
    async end() {
      const answer = once(worker, 'message');
      Atomics.store(words, Word.WANTED, -1);
      Atomics.notify(words, Word.WANTED);
      const [pauses] = (await answer) as [Pauses[]];
      return pauses;
    },
  };
}
