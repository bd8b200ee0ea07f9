/**
 * A reader and a writer by themselves, each on its own CPU, in rounds. Both begin at once: the section and the grace
 * period race, by nanoseconds. The reader leaves about when the writer goes to sleep, if it has to, and then waits for
 * the next round: so it is this one readUnlock() that has to wake the writer. In the crowd another reader soon would.
 * Or it dies in its section, which wakes nobody; then its successor does, who takes over its slots, or who polls in the
 * main thread.
 */
import { workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle, type RcuReader } from 'node-membarrier/rcu';
import { pinThread } from '../../lib/threads/pinning.js';
import { isStopped, READER_AT, rowOf, SLOT, SLOTS, type Task, WRITER_AT } from './board.js';
import { busy, createChance, createCold, die } from './chance.js';
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
const SPINS = 5000;

/**
 * Whether the other thread has come to the round, as this one has: not, if it is time to stop. Sleeps without a limit.
 */
function meet(mine: number, theirs: number, round: number): boolean {
  Atomics.store(words, mine, round);
  Atomics.notify(words, mine);
  for (let look = 0; ; look++) {
    const at = Atomics.load(words, theirs);
    if (at >= round) return true;
    if (isStopped(board)) return false;
    if (look > SPINS) Atomics.wait(words, theirs, at);
  }
}

/** From where its predecessor has got to. */
function firstRound(mine: number): number {
  return Atomics.load(words, mine) + 1;
}

/** Takes as many slots as its task says, perhaps those of its predecessor, which died in one of them; uses one. */
function register(): RcuReader {
  const readers: RcuReader[] = [];
  for (let i = Atomics.load(words, SLOTS); i > 0; i--) {
    const reader = domain.registerReader();
    reader.offline();
    readers.push(reader);
  }
  return readers[chance.below(readers.length)] as RcuReader;
}

function read(): void {
  const reader = register();
  words[SLOT] = reader.slot;
  const { touch, store } = createCold(cold, chance);
  touch();
  for (let round = firstRound(READER_AT); meet(READER_AT, WRITER_AT, round); round++) {
    // The slot is stored late, and the element found at once.
    if (!chance.oneIn(8)) store();
    reader.online();
    reader.readLock();
    const element = currentOf(ring);
    const found = ring[element] as number;
    touch();
    busy(chance.below(20));
    const nests = chance.oneIn(4);
    if (nests) reader.readLock();
    busy(chance.below(40));
    if (nests) reader.readUnlock();
    if (chance.oneIn(LIFE)) die(chance);
    const age = ageOf(ring, element, found);
    row[age] = (row[age] as number) + 1;
    // The slot is stored late, and WAIT_WORD loaded at once.
    if (!chance.oneIn(8)) store();
    reader.readUnlock();
    reader.offline();
    touch();
  }
}

async function write(): Promise<void> {
  domain.synchronizeSync(); // the writer before may have died anywhere
  const writer = new RingWriter(ring);
  const memory = new Uint8Array(domain.imports.memory.buffer);
  let aging: number[] = [];
  for (let round = firstRound(WRITER_AT); meet(WRITER_AT, READER_AT, round); round++) {
    wait();
    // Takes the slot's cache line, by a byte of its name: the reader's processor has to fetch it to store to the slot.
    memory[(words[SLOT] as number) + LAST_OF_LINE] = 0;
    const old = writer.replace();
    if (old !== undefined) aging.push(old);
    const index = chance.below(2);
    const waiting = index === 0 ? domain.synchronizeSync() : domain.synchronize();
    if (chance.oneIn(LIFE)) die(chance);
    await waiting;
    aging = aging.filter((element) => writer.grow(element));
    row[index] = (row[index] as number) + 1;
  }
}

const LAST_OF_LINE = 63;

/** Mostly some nanoseconds, sometimes microseconds. */
function wait(): void {
  if (chance.oneIn(4)) busy(chance.below(8));
  else for (let more = chance.below(100); more > 0; more--) Atomics.load(words, SLOT);
}

pinThread(role === 'pair-reader' ? 0 : 1);
if (role === 'pair-reader') read();
else await write();
