/**
 * A reader and a writer by themselves, in rounds: the reader enters, the writer waits for a grace period, the reader leaves
 * about when the writer goes to sleep, and then waits until the grace period is over. So it is this one readUnlock() that
 * has to wake the writer: in the crowd another reader soon would. It may die in its section instead, which wakes nobody;
 * then it is who polls, in the main thread.
 */
import { workerData } from 'node:worker_threads';
import { pinThread } from '../../lib/litmus/placement.js';
import { RcuDomain, type RcuHandle } from '../../lib/rcu/index.js';
import { ENTERED, isStopped, OVER, rowOf, type Task } from './board.js';
import { busy, createChance, createColdStores, die } from './chance.js';
import { ageOf, currentOf, RingWriter } from './ring.js';

const { role, seat, seed, handle, board, rings, cold } = workerData as Task;
const { words } = board;
const ring = rings[0] as Int32Array;
const chance = createChance(seed);
const domain = RcuDomain.attach(handle as RcuHandle);
const row = rowOf(board, seat);

/** In how many rounds one dies. */
const LIFE = 500;

/** Looks before a thread sleeps until the other comes. */
const LOOKS = 5000;

/** Whether the other thread has come to the round: not, if it is time to stop. Sleeps without a limit. */
function awaitRound(address: number, round: number): boolean {
  for (let look = 0; ; look++) {
    const at = Atomics.load(words, address);
    if (at >= round) return true;
    if (isStopped(board)) return false;
    if (look > LOOKS) Atomics.wait(words, address, at);
  }
}

function comeTo(address: number, round: number): void {
  Atomics.store(words, address, round);
  Atomics.notify(words, address);
}

function read(): void {
  const reader = domain.registerReader({ name: `seat ${seat}` });
  const storeCold = createColdStores(cold, chance);
  // The round that the reader before has died in, or the next one.
  for (let round = Atomics.load(words, OVER) + 1; !isStopped(board); round++) {
    reader.readLock();
    const element = currentOf(ring);
    const found = ring[element] as number;
    comeTo(ENTERED, round);
    busy(chance.below(80));
    if (chance.oneIn(LIFE)) die(chance);
    const age = ageOf(ring, element, found);
    row[age] = (row[age] as number) + 1;
    // The slot's store leaves the store buffer after these, while FLAG is loaded at once.
    if (!chance.oneIn(4)) storeCold();
    reader.readUnlock();
    if (!awaitRound(OVER, round)) return;
  }
}

async function write(): Promise<void> {
  domain.synchronizeSync(); // the writer before may have died anywhere
  const writer = new RingWriter(ring);
  let aging: number[] = [];
  for (let round = Atomics.load(words, OVER) + 1; awaitRound(ENTERED, round); round++) {
    const old = writer.replace();
    if (old !== undefined) aging.push(old);
    const index = chance.below(2);
    const waiting = index === 0 ? domain.synchronizeSync() : domain.synchronize();
    if (chance.oneIn(LIFE)) die(chance);
    await waiting;
    aging = aging.filter((element) => writer.grow(element));
    row[index] = (row[index] as number) + 1;
    comeTo(OVER, round);
  }
}

pinThread(role === 'pair-reader' ? 0 : 1);
if (role === 'pair-reader') read();
else await write();
