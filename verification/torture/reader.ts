/** A reader of the crowd: sections of every kind, and what it saw at their ends. */
import { setTimeout } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { RcuDomain, type RcuError, type RcuHandle, type RcuReader } from 'node-membarrier/rcu';
import { isStopped, rowOf, type Task } from './board.js';
import { createChance, createCold, die, linger, sleep } from './chance.js';
import { ageOf, currentOf } from './ring.js';

const { seat, seed, handle, board, rings, cold } = workerData as Task;
const chance = createChance(seed);
const { touch, store } = createCold(cold, chance);
const domain = RcuDomain.attach(handle as RcuHandle);
const row = rowOf(board, seat);

/** In how many sections one dies. */
const LIFE = 20_000;

/** What the section under way has found: the ring, the element in it, and its word then. */
const found: [ring: Int32Array, element: number, word: number][] = [];

/** In how many sections one changes its slot for another. */
const STAY = 50;

/** In how many rests one returns to its event loop, or goes offline. */
const REST = 20;

/**
 * There are slots for all seats, and those who change want another one: so it is had at once where somebody has died.
 */
function register(): RcuReader | undefined {
  try {
    return domain.registerReader({ name: `seat ${seat}` });
  } catch (error) {
    if ((error as RcuError).code === 'ERR_RCU_TOO_MANY_READERS') return undefined;
    throw error;
  }
}

function registerFirst(): RcuReader {
  for (;;) {
    const first = register();
    if (first !== undefined) return first;
    sleep(1);
  }
}

/** In the event-loop flavor this thread holds nothing now, and says so in one of three ways. */
async function rest(): Promise<void> {
  const way = chance.below(REST);
  if (way === 0) {
    await new Promise(setImmediate);
  } else if (way === 1) {
    reader.offline();
    sleep(0.05);
    reader.online();
  } else if (way % 2 === 0) {
    reader.quiescentState();
  }
}

function change(): void {
  const other = register();
  if (other === undefined) return;
  reader[Symbol.dispose]();
  reader = other;
}

let reader = registerFirst();

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

function storeCold(): void {
  touch();
  store();
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

/**
 * Reads in callbacks of its event loop, and says nothing of it: so it is the reaction to a grace period that has to
 * come, and to wake the writers.
 */
async function serve(): Promise<void> {
  while (!isStopped(board)) {
    found.length = 0;
    outermost();
    await setTimeout(chance.below(3));
  }
}

if (domain.flavor === 'qsbr' && chance.oneIn(2)) await serve();

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
  if (chance.oneIn(4)) await rest();
  if (chance.oneIn(STAY)) change();
}
// A thread that ends online wakes nobody, as one that dies in a section, and the main thread polls for deaths only.
reader[Symbol.dispose]();
