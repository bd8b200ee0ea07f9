import { parentPort, workerData } from 'node:worker_threads';
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';
import type { Steps } from '../../../lib/rcu/steps.js';
import { die, type End } from '../process/ends.js';
import type { RcuAct } from './actor.js';
import { stepsOf } from './words.js';

const domain = RcuDomain.attach(workerData as RcuHandle);
const reader = domain.registerReader();

const acts: Record<RcuAct, (argument: unknown) => unknown> = {
  readLock: () => reader.readLock(),
  readUnlock: () => reader.readUnlock(),
  readUnlockLater: (milliseconds) => void setTimeout(reader.readUnlock, milliseconds as number),
  register: () => domain.registerReader().slot,
  dispose: () => reader[Symbol.dispose](),
  quiescentState: () => reader.quiescentState(),
  offline: () => reader.offline(),
  online: () => reader.online(),
  compute: (words) => during(words as Int32Array, () => {}),
  computeQuiescently: (words) => during(words as Int32Array, reader.quiescentState),
  block: (words) => during(words as Int32Array, () => Atomics.wait(words as Int32Array, 1, 0)),
  blockOffline: (words) =>
    during(words as Int32Array, () => {
      reader.offline();
      Atomics.wait(words as Int32Array, 1, 0);
      reader.online();
    }),
  async runImmediates(words) {
    Atomics.store(words as Int32Array, 0, 1);
    while (Atomics.load(words as Int32Array, 1) === 0) await new Promise(setImmediate);
    Atomics.store(words as Int32Array, 0, 0);
  },
  async runMicrotasks(words) {
    Atomics.store(words as Int32Array, 0, 1);
    while (Atomics.load(words as Int32Array, 1) === 0) await Promise.resolve();
    Atomics.store(words as Int32Array, 0, 0);
  },
  synchronizeSync: () => domain.synchronizeSync(),
  synchronize: () => domain.synchronize(),
  callRcu: () => new Promise<void>((resolve) => domain.callRcu(resolve)),
  attach: () => reader.slot,
  take: (steps) => take(steps as (keyof Steps | 'heavy')[]),
};

function during(words: Int32Array, step: () => void): void {
  Atomics.store(words, 0, 1);
  while (Atomics.load(words, 1) === 0) step();
  Atomics.store(words, 0, 0);
}

const ends: Record<End, () => void> = {
  ...die,
  loop() {
    parentPort?.postMessage('looping');
    for (;;);
  },
  wait() {
    parentPort?.postMessage('waiting');
    die.wait();
  },
  naturally: () => parentPort?.close(),
};

/** Each for the first grace period that begins from now on. */
function take(names: (keyof Steps | 'heavy')[]): void {
  const steps = stepsOf(domain);
  const cookie = steps.cookie();
  const { heavy } = AsymmetricFence.createSync();
  for (const name of names) {
    if (name === 'heavy') heavy();
    else
      (steps[name] as (argument: number) => unknown)(
        name === 'scan' || name === 'requestWakeUp' ? steps.SLOTS.value : cookie,
      );
  }
}

parentPort?.on('message', ([act, argument]: [RcuAct | End, unknown]) => {
  if (act in ends) ends[act as End]();
  else void answer(act as RcuAct, argument);
});

async function answer(act: RcuAct, argument: unknown): Promise<void> {
  try {
    parentPort?.postMessage(await acts[act](argument));
  } catch (error) {
    parentPort?.postMessage((error as { code?: string }).code ?? String(error));
  }
}
