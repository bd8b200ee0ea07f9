/**
 * What a get() costs: of a value that the thread keeps, beside a private Map; and past the near cache, beside the
 * decoding by itself and lmdb. Keys are read in another order in each round.
 */
import { SharedMap } from 'node-membarrier/collections';
import { contest } from '../measure/contest.js';
import { bySiblings } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import {
  COUNT,
  check,
  HOT,
  keyOf,
  keys,
  privateMap,
  type Route,
  routes,
  sharedMap,
  shuffle,
  texts,
  warm,
} from '../measure/routes.js';
import { loopOf, nanosecondsEach, type Sample } from '../measure/samples.js';
import { openLmdb } from '../peers/lmdb.js';

const ROUNDS = byEffort(30, 300);
const WARM_UP = 10;

const map = privateMap();
const near = sharedMap();
const wide = sharedMap({ near: 65_536 });
const past = sharedMap({ near: 0 });
const bytes = SharedMap.createSync<string, Uint8Array>({ codec: 'bytes' });
for (const [i, key] of keys.entries()) bytes.set(key, Buffer.from(texts[i] as string));
const into = new Uint8Array(256);
const lmdb = await openLmdb();

check('a private Map', (key) => map.get(key));
for (const shared of [near, wide, past]) check('SharedMap', (key) => shared.get(key));
check('getBytes()', (key) => {
  const length = bytes.getBytes(key, into);
  return length < 0 ? undefined : (JSON.parse(Buffer.from(into.subarray(0, length)).toString()) as Route);
});
if (lmdb !== undefined) check('lmdb', (key) => lmdb.get(key));
warm(near, HOT);
warm(wide, COUNT);

/** Reads all of `order`, which is shuffled before each sample. */
function reads(order: unknown[], statement: string, names: object): Sample {
  const run = loopOf(statement, { order, ...names });
  return () => {
    shuffle(order);
    return nanosecondsEach(order.length, run);
  };
}

/** Reads as many key strings that `make` has just made: none has been looked up before. */
function freshReads(make: (number: number) => string, names: object): Sample {
  const order: string[] = Array.from({ length: HOT }, () => '');
  const numbers = Array.from({ length: HOT }, (_, i) => i);
  const run = loopOf(get, { order, ...names });
  return () => {
    for (const [i, number] of shuffle(numbers).entries()) order[i] = make(number);
    return nanosecondsEach(HOT, run);
  };
}

const get = "if (map.get(order[i]) === undefined) throw new Error('a key is missing');";
const getBytes = "if (map.getBytes(order[i], into) < 0) throw new Error('a key is missing');";
const hot = keys.slice(0, HOT);
const rounds = { rounds: ROUNDS, warmUp: WARM_UP, notes: bySiblings.notes };

contest({
  id: 'hot',
  title: `get(), ${HOT} keys of ${COUNT}, again and again`,
  ...rounds,
  contenders: {
    map: { label: 'a private Map', sample: reads([...hot], get, { map }) },
    near: { label: 'SharedMap', sample: reads([...hot], get, { map: near }), to: ['map'] },
    lmdb: lmdb && { label: 'lmdb', sample: reads([...hot], get, { map: lmdb }), to: ['map'] },
  },
});

// Maps of their own: what is looked up by such strings was stored by such strings.
for (const [id, make, about] of [
  ['received', (number: number) => Buffer.from(keyOf(number)).toString('latin1'), 'just come from a buffer'],
  ['joined', keyOf, 'just been joined of two'],
] as const) {
  const freshMap = new Map(routes.map((route, i) => [make(i), route]));
  const freshNear = sharedMap();
  for (let round = 0; round < 3; round++) for (let i = 0; i < HOT; i++) freshNear.get(make(i));
  contest({
    id,
    title: `get(), ${HOT} keys, whose strings have ${about}`,
    ...rounds,
    contenders: {
      map: { label: 'a private Map', sample: freshReads(make, { map: freshMap }) },
      near: { label: 'SharedMap', sample: freshReads(make, { map: freshNear }), to: ['map'] },
    },
  });
}

contest({
  id: 'uniform',
  title: `get(), all ${COUNT} keys`,
  ...rounds,
  contenders: {
    map: { label: 'a private Map', sample: reads([...keys], get, { map }) },
    wide: { label: 'SharedMap, near: 65,536', sample: reads([...keys], get, { map: wide }), to: ['map'] },
    near: { label: 'SharedMap, near: 8,192', sample: reads([...keys], get, { map: near }), to: ['map'] },
  },
});

for (const [id, order, about] of [
  ['past', hot, `${HOT} keys`],
  ['past-uniform', keys, `all ${COUNT} keys`],
] as const) {
  contest({
    id,
    title: `past the near cache, ${about}`,
    ...rounds,
    contenders: {
      map: { label: 'a private Map', sample: reads([...order], get, { map }) },
      parse: {
        label: 'JSON.parse of the value',
        sample: reads([...texts.slice(0, order.length)], 'JSON.parse(order[i]);', {}),
      },
      bytes: { label: 'SharedMap, getBytes()', sample: reads([...order], getBytes, { map: bytes, into }), to: ['map'] },
      lmdb: lmdb && { label: 'lmdb', sample: reads([...order], get, { map: lmdb }), to: ['map'] },
      json: {
        label: 'SharedMap, near: 0',
        sample: reads([...order], get, { map: past }),
        moreThan: ['parse'],
        to: ['lmdb'],
      },
    },
  });
}
