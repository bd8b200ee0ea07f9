/** A reader: gets keys, near and past the near cache, looks at their versions, and goes through the whole map. */
import { workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'node-membarrier/collections';
import { isStopped, rowOf } from '../board.js';
import { createChance, die, linger } from '../chance.js';
import { ITERATIONS, KEYS, type MapTask, READS, versionsIn } from './board.js';
import { codecNamed, versionOf } from './values.js';

const { seat, seed, handle, board, codec, versions: words } = workerData as MapTask;
const chance = createChance(seed);
const row = rowOf(board, seat);
const versions = versionsIn(words);

/** Fewer are kept than there are keys, so that values come from both places. */
const map = SharedMap.attach<string, unknown>(handle as SharedMapHandle, {
  near: [0, 16, 48][chance.below(3)],
  codec: codecNamed(codec),
});

/** In how many reads one dies. */
const LIFE = 200_000;

function fail(what: string | undefined): void {
  if (what !== undefined) throw new Error(what);
}

function read(key: number): void {
  fail(versions.check(key, () => versionOf(codec, key, map.get(`v${key}`))));
  row[READS] = (row[READS] as number) + 1;
}

/** A key that is there all the time comes once. (In turns without clear(): then there are such keys.) */
function iterate(): void {
  const seen = new Map<string, number>();
  for (const key of map.keys()) seen.set(key, (seen.get(key) ?? 0) + 1);
  for (const [key, times] of seen) if (key.startsWith('s') && times > 1) fail(`key ${key} has come ${times} times`);
  const stable = [...seen.keys()].filter((key) => key.startsWith('s')).length;
  if (map.has('stable') && stable !== STABLE + 1) fail(`${stable} of ${STABLE + 1} stable keys have come`);
  row[ITERATIONS] = (row[ITERATIONS] as number) + 1;
}

/** Besides the key that says so. */
const STABLE = 200;

/** Views of this callback, each with the version that it had. */
let views: [key: number, version: number | undefined, view: Uint8Array][] = [];

function takeView(key: number): void {
  const view = map.view(`v${key}`);
  if (view !== undefined) views.push([key, versionOf('bytes', key, view.slice()), view]);
}

function checkViews(): void {
  for (const [key, version, view] of views) {
    if (versionOf('bytes', key, view.slice()) !== version) fail(`the view of key ${key} was overwritten`);
  }
  views = [];
}

/** In the event-loop flavor this thread relies on nothing now, and says so in one of three ways. */
async function rest(): Promise<void> {
  const way = chance.below(8);
  if (way === 0) await new Promise(setImmediate);
  else if (way === 1) readOffline();
  else map.quiescentState();
}

function readOffline(): void {
  map.offline();
  for (let i = 0; i < 64; i++) read(chance.below(KEYS));
  map.online();
}

const hasViews = map.flavor === 'qsbr' && (codec === 'bytes' || codec === 'own');

while (!isStopped(board)) {
  for (let i = 0; i < 64; i++) {
    read(chance.oneIn(2) ? chance.below(4) : chance.below(KEYS));
    if (hasViews && chance.oneIn(4)) takeView(chance.below(KEYS));
  }
  checkViews();
  if (chance.oneIn(8)) await rest();
  if (chance.oneIn(200)) iterate();
  if (chance.oneIn(LIFE / 64)) die(chance);
  if (chance.oneIn(16)) linger(chance);
}
