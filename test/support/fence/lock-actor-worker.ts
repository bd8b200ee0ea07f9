import { parentPort, workerData } from 'node:worker_threads';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { tokenOfThisThread } from '../../../lib/fence/token.js';
import { die } from '../process/ends.js';

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
  token: () => tokenOfThisThread(),
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
    die.wait();
  },
  lockAndThrow() {
    lock.lock();
    die.throw();
  },
  lockAndExit() {
    lock.lock();
    die.exit();
  },
  lockAndRunOutOfMemory() {
    lock.lock();
    die.outOfMemory();
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
