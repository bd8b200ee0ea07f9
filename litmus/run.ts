/** Runs one arm of a litmus test, in fresh threads: V8 then compiles each body for the one fence that it has. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Tally, ThreadData } from './litmus-thread.js';
import { LOCKSTEP_WORDS } from './lockstep.js';
import { PERPETUAL_WORDS } from './perpetual.js';
import { SHAPE_WORDS } from './shapes.js';
import type { Arm, LitmusTest } from './tests.js';

export interface ArmResult extends Arm {
  readonly threads: number;
  readonly iterations: number;
  /** How often each outcome was seen. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** How many of them may not be, under the claim. */
  readonly forbidden: number;
}

export async function runArm(test: LitmusTest, arm: Arm, milliseconds: number): Promise<ArmResult> {
  const end = performance.now() + milliseconds;
  const total: number[] = [];
  const pairs = pairsOf(test);
  do {
    const left = end - performance.now();
    for (const tally of await Promise.all(Array.from({ length: pairs }, (_, pair) => runPair(test, arm, pair, left)))) {
      for (const [index, count] of tally.entries()) total[index] = (total[index] ?? 0) + count;
    }
    // Perpetual ones end early, when they have no more room.
  } while (performance.now() < end - SHORTEST);
  return { ...arm, threads: 2 * pairs, ...summarize(test, total) };
}

/** In milliseconds: what it takes to start the threads. */
const SHORTEST = 100;

/** Two threads that meet; or two for each CPU, so that they are more than can run. */
function pairsOf(test: LitmusTest): number {
  return test.shape === 'perpetual' ? Math.max(2, availableParallelism()) : 1;
}

function summarize(test: LitmusTest, tally: Tally): Pick<ArmResult, 'iterations' | 'outcomes' | 'forbidden'> {
  const outcomes: Record<string, number> = {};
  let iterations = 0;
  let forbidden = 0;
  for (const [index, count] of tally.entries()) {
    if (count === 0) continue;
    const outcome = test.outcomeOf(index);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    iterations += count;
    if (test.isForbidden(index)) forbidden += count;
  }
  return { iterations, outcomes, forbidden };
}

async function runPair(
  { name, shape }: LitmusTest,
  { role, lightSide, heavySide }: Arm,
  pair: number,
  milliseconds: number,
): Promise<Tally> {
  const words = shape === 'perpetual' ? PERPETUAL_WORDS : LOCKSTEP_WORDS + SHAPE_WORDS;
  const shared = {
    test: name,
    role,
    words: new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT)),
    milliseconds,
  };
  // The two of a pair side by side. Where there are more pairs than can run, each CPU has one thread of either side.
  const workers = [
    startThread({ ...shared, side: 'lightSide', fence: lightSide, cpu: pair }),
    startThread({ ...shared, side: 'heavySide', fence: heavySide, cpu: pair + 1 }),
  ];
  try {
    const tallies = await Promise.all(workers.map(tallyOf));
    const tally = tallies.find((tally) => tally !== undefined);
    if (tally === undefined) throw new Error(`litmus test ${name}: a thread ended without a result`);
    return tally;
  } finally {
    // If one has failed, the other waits for it.
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startThread(workerData: ThreadData): Worker {
  // execArgv and env: what the program was started with need not be loaded into each of these.
  return new Worker(new URL('litmus-thread.js', import.meta.url), { workerData, execArgv: [], env: {} });
}

/** Resolves when the thread has ended, to what it has posted; rejects with what it has thrown. */
async function tallyOf(worker: Worker): Promise<Tally | undefined> {
  let tally: Tally | undefined;
  worker.once('message', (message: Tally) => {
    tally = message;
  });
  await once(worker, 'exit');
  return tally;
}
