/**
 * What is run in each sandbox: the facade, a fence, a lock that two threads count by, RCU with readers that die. Prints
 * what came of each as JSON. Nothing may hang: main.ts ends a program that takes too long.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { membarrier } from 'node-membarrier';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';
import { isTorn, publish, publishFirst } from '../smoke/records.js';

export interface Findings {
  readonly supported: boolean;
  /** 'ok', or the code of the error. */
  readonly registration: string;
  readonly barrier: string;
  readonly strategy: string;
  readonly heavy: string;
  /** Increments under the lock that were lost. */
  readonly lost: number;
  /** Readers that died in a section, and grace periods that ended all the same. */
  readonly deaths: number;
  readonly readersLeft: number;
  /** Of a record that was freed too early. */
  readonly torn: number;
}

interface Task {
  readonly role: 'count' | 'read' | 'die';
  readonly words: Int32Array;
  readonly handle: RcuHandle;
}

const ROUNDS = 2000;
const DEATHS = 3;
/** Words, besides those of records.ts: the lock, what it protects, the end, how often a record was torn. */
const [LOCK, COUNT, END, TORN] = [0, 8, 24, 32];

if (isMainThread) console.log(JSON.stringify(await findAll()));
else await perform(workerData as Task);

async function findAll(): Promise<Findings> {
  const supported = membarrier.isSupported('PRIVATE_EXPEDITED');
  const registration = codeOf(() => membarrier.registerSync('PRIVATE_EXPEDITED'));
  const barrier = codeOf(() => membarrier.privateExpedited());
  const fence = await AsymmetricFence.create();
  const words = new Int32Array(new SharedArrayBuffer(4 * 64));
  const domain = await RcuDomain.create();
  const start = (role: Task['role']) => {
    const task: Task = { role, words, handle: domain.handle };
    return new Worker(new URL(import.meta.url), { workerData: task });
  };
  publishFirst(words);
  const reader = start('read');
  await once(reader, 'message');
  await Promise.all(['count', 'count'].map((role) => once(start(role as 'count'), 'exit')));
  let deaths = 0;
  for (let i = 0; i < DEATHS; i++) {
    const mortal = start('die');
    await once(mortal, 'message');
    const over = publish(words, domain, i);
    await mortal.terminate();
    await over;
    deaths++;
  }
  for (let i = 0; i < 20; i++) await publish(words, domain, i);
  Atomics.store(words, END, 1);
  await once(reader, 'exit');
  return {
    supported,
    registration,
    barrier,
    strategy: fence.strategy,
    heavy: codeOf(fence.heavy),
    lost: 2 * ROUNDS - (words[COUNT] as number),
    deaths,
    readersLeft: domain.stats().readers,
    torn: words[TORN] as number,
  };
}

async function perform({ role, words, handle }: Task): Promise<void> {
  if (role === 'count') {
    const lock = new BiasedLock(AsymmetricFence.createSync(), words, LOCK);
    const increment = () => {
      words[COUNT] = (words[COUNT] as number) + 1;
    };
    for (let i = 0; i < ROUNDS; i++) lock.withLock(increment);
    return;
  }
  const { readLock, read } = RcuDomain.attach(handle).registerReader();
  parentPort?.postMessage('ready');
  if (role === 'die') {
    readLock();
    parentPort?.postMessage('inside');
    for (;;);
  }
  while (Atomics.load(words, END) === 0) {
    read(() => {
      if (isTorn(words)) Atomics.add(words, TORN, 1);
    });
  }
}

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
