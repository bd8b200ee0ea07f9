/** A writer: changes its keys in every way, makes the map grow and shrink, and dies. */
import { workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'node-membarrier/collections';
import { isStopped, rowOf } from '../board.js';
import { createChance, die, linger } from '../chance.js';
import { CHANGES, CLEARINGS, isDeletion, KEYS, type MapTask, versionsIn } from './board.js';
import { codecNamed, makeValue } from './values.js';

const { role, seat, seed, handle, board, codec, versions: words, writer, writers } = workerData as MapTask;
const chance = createChance(seed);
const row = rowOf(board, seat);
const versions = versionsIn(words);
const map = SharedMap.attach<string, unknown>(handle as SharedMapHandle, { codec: codecNamed(codec) });

/** In how many changes one dies. */
const LIFE = 20_000;

/** Mostly short, seldom too long for the scratch. */
function lengthOf(): number {
  return chance.oneIn(500) ? 9000 + chance.below(30_000) : chance.below(chance.oneIn(10) ? 2000 : 100);
}

function change(): void {
  const key = writer + writers * chance.below(KEYS / writers);
  versions.change(key, (version) => (isDeletion(version) ? remove(`v${key}`) : store(key, version)));
  row[CHANGES] = (row[CHANGES] as number) + 1;
}

function remove(name: string): void {
  if (chance.oneIn(2)) map.delete(name);
  else map.update(name, () => undefined);
}

function store(key: number, version: number): void {
  const value = makeValue(codec, key, version, lengthOf());
  const way = chance.below(4);
  if (way === 0) map.update(`v${key}`, () => value);
  else if (way === 1) map.setMany([[`v${key}`, value]]);
  else map.set(`v${key}`, value);
}

/** Keys that come and go, so that the array of entries grows, fills with deleted entries, and is made anew. */
function churn(): void {
  const first = chance.below(1000);
  const count = 1 + chance.below(100);
  for (let i = first; i < first + count; i++) map.set(`c${writer}/${i}`, makeValue(codec, i, 1, lengthOf() % 100));
  for (let i = first; i < first + count; i++) if (!chance.oneIn(8)) map.delete(`c${writer}/${i}`);
}

if (role === 'clearer') versions.inherit();

while (!isStopped(board)) {
  if (role === 'clearer') {
    versions.clear(() => map.clear());
    row[CLEARINGS] = (row[CLEARINGS] as number) + 1;
    linger(chance);
  } else {
    for (let i = 0; i < 8; i++) change();
    if (chance.oneIn(16)) churn();
  }
  if (chance.oneIn(LIFE / 8)) die(chance);
  if (chance.oneIn(8)) linger(chance);
}
