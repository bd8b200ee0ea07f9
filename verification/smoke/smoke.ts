/**
 * What every row of the matrix runs: the facade, a fence, a lock that two threads count by, RCU with a reader in
 * another thread, a SharedMap. Self-contained, because rows copy it into their projects.
 */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { membarrier } from 'node-membarrier';
import { SharedMap } from 'node-membarrier/collections';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { publish, publishFirst } from './records.js';
import { COUNT, END, LOCK, ROUNDS, type Task } from './task.js';

export interface Findings {
  readonly supported: boolean;
  readonly strategy: string;
  /** Increments under the lock that were lost, and records that the reader saw torn. */
  readonly lost: number;
  readonly torn: number;
  /** What the reader's side of the map holds at the end. */
  readonly seen: unknown;
  readonly readersLeft: number;
}

/** @param start makes a worker of worker.js: bundlers find it only where they see both in one expression. */
export async function smoke(start: (task: Task) => Worker): Promise<Findings> {
  const supported = membarrier.isSupported('PRIVATE_EXPEDITED');
  if (supported) {
    await membarrier.register('PRIVATE_EXPEDITED');
    membarrier.privateExpedited();
  }
  const fence = await AsymmetricFence.create();
  fence.light();
  fence.heavy();
  const words = new Int32Array(new SharedArrayBuffer(4 * 64));
  publishFirst(words);
  const domain = await RcuDomain.create();
  const map = await SharedMap.create<string, string>();
  const worker = start({ words, domain: domain.handle, map: map.handle });
  // Asked for now, since a worker's last message and its end may come at once.
  const ended = once(worker, 'exit');
  await once(worker, 'message');

  const lock = new BiasedLock(fence, words, LOCK);
  const increment = () => {
    words[COUNT] = (words[COUNT] as number) + 1;
  };
  for (let i = 0; i < ROUNDS; i++) lock.withLock(increment);
  for (let i = 0; i < 50; i++) await publish(words, domain, i);
  map.set('the last', 'is seen');
  const last = once(worker, 'message');
  Atomics.store(words, END, 1);
  const [{ torn, seen }] = await last;
  await ended;
  await domain.synchronize();
  const lost = 2 * ROUNDS - (words[COUNT] as number);
  return { supported, strategy: fence.strategy, lost, torn, seen, readersLeft: domain.stats().readers };
}
