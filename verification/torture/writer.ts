/** A writer of the crowd: replaces elements of its ring, and ages those replaced, one grace period after the other. */
import { setTimeout } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';
import { isStopped, rowOf, type Task, type Way, ways } from './board.js';
import { createChance, die, linger, sleep } from './chance.js';
import { RingWriter } from './ring.js';

const { seat, seed, handle, board, rings } = workerData as Task;
const chance = createChance(seed);
const domain = RcuDomain.attach(handle as RcuHandle);
const row = rowOf(board, seat);

/** In how many turns one dies, before it waits or while it does. */
const LIFE = 1000;

domain.synchronizeSync(); // the writer before may have died anywhere
const ring = new RingWriter(rings[0] as Int32Array);

/** Those that are aged when this loop has waited; others are by callbacks. */
let aging: number[] = [];

async function waited(way: Way): Promise<void> {
  if (way === 'synchronizeSync') domain.synchronizeSync();
  else if (way === 'synchronize') await domain.synchronize();
  else if (way === 'poll') await poll();
  // The loop has not waited, or not for all of them.
  else return way === 'barrier' ? await barrier() : await setTimeout(0);
  aging = aging.filter((element) => ring.grow(element));
}

async function poll(): Promise<void> {
  const cookie = domain.startPoll();
  while (!domain.poll(cookie)) {
    if (chance.oneIn(4)) await setTimeout(1);
    else sleep(0.05);
  }
}

async function barrier(): Promise<void> {
  let called = false;
  domain.callRcu(() => {
    called = true;
  });
  await domain.barrier();
  if (!called) throw new Error('barrier() has come before a callback');
}

function growLater(element: number): void {
  domain.callRcu(() => {
    if (ring.grow(element) && !isStopped(board)) growLater(element);
  });
}

for (let turn = chance.below(ways.length); !isStopped(board); turn++) {
  const index = turn % ways.length;
  const way = ways[index] as Way;
  for (let more = 1 + chance.below(3); more > 0; more--) {
    const old = ring.replace();
    if (old === undefined) break;
    if (way === 'callRcu' || way === 'barrier') growLater(old);
    else aging.push(old);
  }
  if (chance.oneIn(2 * LIFE)) die(chance);
  const waiting = waited(way);
  if (chance.oneIn(2 * LIFE)) die(chance);
  await waiting;
  row[index] = (row[index] as number) + 1;
  linger(chance);
}
await domain.barrier();
