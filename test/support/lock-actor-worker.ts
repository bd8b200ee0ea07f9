import { exit } from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';

const { view, index } = workerData as { view: Int32Array; index: number };
const lock = new BiasedLock(AsymmetricFence.createSync(), view, index);

function increment(): void {
  const counter = index + BiasedLock.WORDS;
  view[counter] = (view[counter] as number) + 1;
}

const acts: Record<string, (times: number) => unknown> = {
  lock: () => lock.lock(),
  tryLock: () => lock.tryLock(),
  unlock: () => lock.unlock(),
  ownerDied: () => lock.ownerDied,
  count(times) {
    for (let i = 0; i < times; i++) lock.withLock(increment);
  },
  // The ways to die in a section.
  lockAndLoop() {
    lock.lock();
    parentPort?.postMessage('inside');
    for (;;);
  },
  lockAndWait() {
    lock.lock();
    parentPort?.postMessage('inside');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  lockAndThrow() {
    lock.lock();
    throw new Error('on purpose');
  },
  lockAndExit() {
    lock.lock();
    exit(3);
  },
  lockAndRunOutOfMemory() {
    lock.lock();
    const hoard: unknown[] = [];
    for (;;) hoard.push(Array.from({ length: 10_000 }, Object));
  },
  lockAndEnd() {
    lock.lock();
    parentPort?.close();
  },
  churn() {
    parentPort?.postMessage('churning');
    for (;;) lock.withLock(increment);
  },
};

parentPort?.on('message', ([act, times]: [string, number]) => {
  const perform = acts[act] as (times: number) => unknown;
  if (act.startsWith('lockAnd')) perform(times);
  else parentPort?.postMessage(outcomeOf(() => perform(times)));
});

/** Or the code of its error. */
function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
