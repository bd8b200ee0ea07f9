/** A worker that is one reader of a domain, pinned to a CPU, and asleep unless it is told what to do. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RcuDomain, RcuHandle } from 'node-membarrier/rcu';
import type { ReadSideName } from './read-sides.js';

export const Activity = {
  ASLEEP: 0,
  /** Enters and leaves, all the time. */
  RUN: 1,
  /** Reads the record all the time, and counts. */
  LOOK: 2,
  /** Enters and leaves so many times, and notes how long that took. */
  MEASURE: 3,
  /** Stays in one section for so many milliseconds, and does not sleep. */
  HOLD: 4,
  END: 5,
} as const;
export type Activity = (typeof Activity)[keyof typeof Activity];

/** Words that both threads share. */
export enum Word {
  WANTED,
  REACHED,
  /** Of MEASURE and HOLD. */
  DONE,
  HOW_MUCH,
  LOOKS,
  BAD,
  NANOSECONDS,
}

export interface ReaderData {
  readonly name: ReadSideName;
  readonly cpu: number;
  readonly handle: RcuHandle;
  /** Each of 64 bits, on a line of its own. */
  readonly words: BigInt64Array;
}

/** From one word to the next. */
export const STRIDE = 16;

export interface ReaderThread {
  /** Calls `sample` while the reader enters and leaves all the time, and sends it to sleep again. */
  readonly running: <T>(sample: () => T) => T;
  /** The same while it reads the record, and counts. */
  readonly looking: <T>(sample: () => T) => T;
  /** Has it enter and leave all the time, until its end. */
  readonly run: () => void;
  /**
   * Nanoseconds that the reader's turns take; meanwhile this thread calls `beside`, if it is given, again and again.
   */
  readonly measure: (times: number, beside?: () => void) => number;
  /** Begins a section that lasts for so many milliseconds. */
  readonly hold: (milliseconds: number) => void;
  /** Waits for its end, and sends the reader to sleep. */
  readonly released: () => void;
  readonly count: (word: Word.LOOKS | Word.BAD) => number;
  readonly end: () => Promise<void>;
}

export async function startReaderThread(domain: RcuDomain, name: ReadSideName, cpu: number): Promise<ReaderThread> {
  const words = new BigInt64Array(new SharedArrayBuffer(8 * STRIDE * 7));
  const url = new URL('reader-thread-worker.js', import.meta.url);
  const workerData: ReaderData = { name, cpu, handle: domain.handle, words };
  const worker = new Worker(url, { workerData, execArgv: [], env: {} });
  await once(worker, 'message');
  const exit = once(worker, 'exit');

  const get = (word: Word) => Number(Atomics.load(words, word * STRIDE));
  const set = (word: Word, value: number) => {
    Atomics.store(words, word * STRIDE, BigInt(value));
    Atomics.notify(words, word * STRIDE);
  };

  /** This thread sleeps meanwhile. */
  function wait(word: Word, value: number): void {
    for (let seen = get(word); seen !== value; seen = get(word)) {
      const how = Atomics.wait(words, word * STRIDE, BigInt(seen), 60_000);
      if (how === 'timed-out') throw new Error(`the reader thread '${name}' does not answer`);
    }
  }

  function tell(activity: Activity): void {
    set(Word.WANTED, activity);
    wait(Word.REACHED, activity);
  }

  function begin(activity: Activity, howMuch: number): void {
    set(Word.HOW_MUCH, howMuch);
    set(Word.DONE, 0);
    tell(activity);
  }

  function finish(): void {
    wait(Word.DONE, 1);
    tell(Activity.ASLEEP);
  }

  function during<T>(activity: Activity, sample: () => T): T {
    tell(activity);
    const answer = sample();
    tell(Activity.ASLEEP);
    return answer;
  }

  return {
    running: (sample) => during(Activity.RUN, sample),
    run: () => tell(Activity.RUN),
    looking: (sample) => during(Activity.LOOK, sample),
    measure(times, beside) {
      begin(Activity.MEASURE, times);
      if (beside !== undefined) while (get(Word.DONE) === 0) beside();
      finish();
      return get(Word.NANOSECONDS) / times;
    },
    hold(milliseconds) {
      begin(Activity.HOLD, milliseconds);
    },
    released: finish,
    count: get,
    async end() {
      set(Word.WANTED, Activity.END);
      await exit;
    },
  };
}
