/** A reader of the crowd: sections of every kind, and what it saw at their ends. */
import { workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from '../../lib/rcu/index.js';
import { isStopped, rowOf, type Task } from './board.js';
import { createChance, createColdStores, die, linger } from './chance.js';
import { ageOf, currentOf } from './ring.js';

const { seat, seed, handle, board, rings, cold } = workerData as Task;
const chance = createChance(seed);
const storeCold = createColdStores(cold, chance);
const reader = RcuDomain.attach(handle as RcuHandle).registerReader({ name: `seat ${seat}` });
const row = rowOf(board, seat);

/** In how many sections one dies. */
const LIFE = 20_000;

/** What the section under way has found: the ring, the element in it, and its word then. */
const found: [ring: Int32Array, element: number, word: number][] = [];

function enter(depth: number): void {
  if (chance.oneIn(2)) {
    reader.read(() => section(depth));
    return;
  }
  reader.readLock();
  section(depth);
  reader.readUnlock();
}

function section(depth: number): void {
  const ring = rings[chance.below(rings.length)] as Int32Array;
  const element = currentOf(ring);
  found.push([ring, element, ring[element] as number]);
  linger(chance);
  if (depth > 1) enter(depth - 1);
  if (chance.oneIn(LIFE)) die(chance);
  linger(chance);
}

function look(): void {
  for (const [ring, element, word] of found) {
    const age = ageOf(ring, element, word);
    row[age] = (row[age] as number) + 1;
  }
}

function outermost(): void {
  section(chance.oneIn(4) ? 1 + chance.below(5) : 1);
  look();
  if (chance.oneIn(8)) storeCold();
}

while (!isStopped(board)) {
  found.length = 0;
  // The slot's store then leaves the store buffer late, by up to some microseconds.
  if (chance.oneIn(4)) storeCold();
  if (chance.oneIn(2)) {
    reader.read(outermost);
  } else {
    reader.readLock();
    outermost();
    reader.readUnlock();
  }
  linger(chance);
}
