/**
 * Workers that are asleep unless they have a task, as both threads see them: which task is wanted, which one the worker
 * has reached, and what it found out. Each word lies on a cache line of its own.
 */
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { parentPort, type TransferListItem, Worker, workerData } from 'node:worker_threads';
import { harness } from './index.js';

const ASLEEP = 0;
const END = -1;
/** `FOUND` is the first of three. */
enum Word {
  WANTED,
  REACHED,
  ARGUMENT,
  DONE,
  FOUND,
}
const WORDS: number = Word.FOUND + 3;
const STRIDE = 32;

function over(memory: Int32Array) {
  const get = (word: number) => Atomics.load(memory, word * STRIDE);
  return {
    get,
    set: (word: number, value: number): void => {
      Atomics.store(memory, word * STRIDE, value);
      Atomics.notify(memory, word * STRIDE);
    },
    /** Sleeps while the word has this value. False after a minute. */
    sleep: (word: number, value: number) =>
      Atomics.wait(memory, word * STRIDE, value, 60_000) !== 'timed-out' || get(word) !== value,
  };
}

/**
 * Does what is wanted, for as long as it is if that has no end of its own; `say` tells up to three integers of 31 bits.
 */
export type Task = (argument: number, isWanted: () => boolean, say: (...found: number[]) => void) => void;

/** In the worker: pins itself where a CPU is given, and does these tasks, counted from 1, until its end. */
export function serve(tasks: readonly Task[]): void {
  const { cpu, memory } = workerData as { cpu: number | undefined; memory: Int32Array };
  if (cpu !== undefined && harness.pin(cpu) !== 0) throw new Error(`cannot pin a worker to CPU ${cpu}`);
  const { get, set, sleep } = over(memory);
  const say = (...found: number[]) => {
    for (let i = 0; i < found.length; i++) Atomics.store(memory, (Word.FOUND + i) * STRIDE, found[i] as number);
  };
  // This thread's folder in /proc, as its link names it.
  parentPort?.postMessage(readlinkSync('/proc/thread-self'));
  for (let wanted = get(Word.WANTED); wanted !== END; wanted = get(Word.WANTED)) {
    // In this order: a thread that sees the task reached must not see the end of the one before.
    set(Word.DONE, 0);
    set(Word.REACHED, wanted);
    const task = tasks[wanted - 1];
    if (task !== undefined) {
      task(get(Word.ARGUMENT), () => get(Word.WANTED) === wanted, say);
      set(Word.DONE, 1);
    }
    while (get(Word.WANTED) === wanted) sleep(Word.WANTED, wanted);
  }
}

export interface ToldWorker {
  /** The thread, as /proc names it. */
  readonly thread: string;
  /** Returns when the worker has begun. */
  readonly begin: (task: number, argument?: number) => void;
  /** Whether it has come to the end of its task. */
  readonly isDone: () => boolean;
  /** Waits until it has; a task without an end ends now. */
  readonly finish: () => void;
  /** What it has said. */
  readonly found: () => [number, number, number];
  /** Calls `run` while the worker is at its task. */
  readonly during: <T>(task: number, run: () => T) => T;
  readonly end: () => Promise<void>;
}

/** The worker's module calls serve(). This thread sleeps wherever it waits. */
export async function startWorker(
  url: URL,
  cpu?: number,
  data: object = {},
  transferList: readonly TransferListItem[] = [],
): Promise<ToldWorker> {
  const memory = new Int32Array(new SharedArrayBuffer(4 * STRIDE * WORDS));
  const { get, set, sleep } = over(memory);
  // execArgv and env: a test runner's loaders would cost each worker 400 ms.
  const worker = new Worker(url, {
    workerData: { ...data, cpu, memory },
    transferList: [...transferList],
    execArgv: [],
    env: {},
  });
  const [thread] = (await once(worker, 'message')) as [string];
  // A thread that fails beside it must not run on for its sake.
  worker.unref();

  function tell(task: number): void {
    set(Word.WANTED, task);
    for (let seen = get(Word.REACHED); seen !== task; seen = get(Word.REACHED)) {
      if (!sleep(Word.REACHED, seen)) throw new Error('a worker does not answer');
    }
  }

  function begin(task: number, argument = 0): void {
    set(Word.ARGUMENT, argument);
    tell(task);
  }

  return {
    thread,
    begin,
    isDone: () => get(Word.DONE) === 1,
    finish: () => tell(ASLEEP),
    found: () => [get(Word.FOUND), get(Word.FOUND + 1), get(Word.FOUND + 2)],
    during(task, run) {
      begin(task);
      const answer = run();
      tell(ASLEEP);
      return answer;
    },
    async end() {
      worker.ref();
      set(Word.WANTED, END);
      await once(worker, 'exit');
    },
  };
}
