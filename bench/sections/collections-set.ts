/**
 * What a change costs the thread that makes it: beside encoding the value, beside lmdb, and beside sending it to three
 * workers that have a Map each; and how much memory an entry takes.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'node-membarrier/collections';
import { contest } from '../measure/contest.js';
import { bySiblings } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { reportSamples, row } from '../measure/report.js';
import {
  COUNT,
  check,
  HOT,
  keys,
  privateMap,
  type Route,
  routeOf,
  routes,
  sharedMap,
  shuffle,
  texts,
} from '../measure/routes.js';
import { loopOf, nanosecondsEach, type Sample } from '../measure/samples.js';
import { openLmdb } from '../peers/lmdb.js';

const ROUNDS = byEffort(20, 200);
/** Keys that come and go; changes that are sent in one sample. */
const FEW = 500;

const map = sharedMap();
const lmdb = await openLmdb();
/** How many messages all workers have received, and how many they have been sent. */
const received = new Int32Array(new SharedArrayBuffer(4));
let sent = 0;
const workers = await Promise.all([1, 2, 3].map(startMapWorker));
const own = privateMap();
const deltas = {
  set(key: string, value: Route): void {
    own.set(key, value);
    for (const worker of workers) worker.postMessage([key, value]);
    sent += workers.length;
  },
  delete(key: string): void {
    own.delete(key);
    for (const worker of workers) worker.postMessage([key]);
    sent += workers.length;
  },
};

async function startMapWorker(): Promise<Worker> {
  const worker = new Worker(new URL('../measure/map-worker.js', import.meta.url), {
    workerData: received,
    execArgv: [],
    env: {},
  });
  await once(worker, 'message');
  worker.unref();
  return worker;
}

/** Waits until the workers rest, so that they do not take the CPU from the next contender. */
function settled(sample: Sample): Sample {
  return () => {
    const cost = sample();
    for (let seen = Atomics.load(received, 0); seen < sent; seen = Atomics.load(received, 0)) {
      Atomics.wait(received, 0, seen);
    }
    return cost;
  };
}

/** A pass over `order`, which is shuffled before it. */
function changes(order: number[], statement: string, names: object): Sample {
  const run = loopOf(statement, { order, keys, routes, ...names });
  return () => {
    shuffle(order);
    return nanosecondsEach(order.length, run);
  };
}

/** A pass of the first statement, timed, and then one of the second. */
function first(times: number, timed: string, after: string, names: object): Sample {
  const fresh = Array.from({ length: times }, (_, i) => `new ${keys[i]}`);
  const [run, undo] = [timed, after].map((statement) => loopOf(statement, { fresh, routes, ...names }));
  return () => {
    const cost = nanosecondsEach(times, run as (times: number) => void);
    undo?.(times);
    return cost;
  };
}

/** The same with the second one timed. */
function second(times: number, before: string, timed: string, names: object): Sample {
  const fresh = Array.from({ length: times }, (_, i) => `new ${keys[i]}`);
  const [run, measured] = [before, timed].map((statement) => loopOf(statement, { fresh, routes, ...names }));
  return () => {
    run?.(times);
    return nanosecondsEach(times, measured as (times: number) => void);
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const stringify = 'JSON.stringify(routes[order[i]]);';
const set = 'map.set(keys[order[i]], routes[order[i]]);';
const put = 'map.putSync(keys[order[i]], routes[order[i]]);';

for (const [id, count] of [
  ['existing', HOT],
  ['existing-uniform', COUNT],
] as const) {
  contest({
    id,
    notes: bySiblings.notes,
    title: `set() of a key that is there, one of ${count}`,
    rounds: ROUNDS,
    warmUp: 5,
    contenders: {
      stringify: { label: 'JSON.stringify of the value', sample: changes(numbers(count), stringify, {}) },
      lmdb: lmdb && { label: 'lmdb, putSync()', sample: changes(numbers(FEW), put, { map: lmdb }) },
      deltas: {
        label: 'a Map, and messages to 3 workers',
        sample: settled(changes(numbers(FEW), set, { map: deltas })),
      },
      shared: {
        label: 'SharedMap',
        sample: changes(numbers(count), set, { map }),
        moreThan: ['stringify'],
        to: ['lmdb', 'deltas'],
      },
    },
  });
}

const insert = 'map.set(fresh[i], routes[i]);';
const remove = 'map.delete(fresh[i]);';
contest({
  id: 'new-and-deleted',
  notes: bySiblings.notes,
  title: 'set() of a new key, and delete()',
  rounds: ROUNDS,
  warmUp: 5,
  contenders: {
    'new/shared': { label: 'SharedMap', sample: first(FEW, insert, remove, { map }) },
    'new/deltas': {
      label: 'a Map, and messages to 3 workers',
      sample: settled(first(FEW, insert, remove, { map: deltas })),
    },
    'deleted/shared': { label: 'SharedMap', sample: second(FEW, insert, remove, { map }) },
    'deleted/deltas': {
      label: 'a Map, and messages to 3 workers',
      sample: settled(second(FEW, insert, remove, { map: deltas })),
    },
  },
});

check('SharedMap', (key) => map.get(key));
if (lmdb !== undefined) check('lmdb', (key) => lmdb.get(key));

/** In milliseconds; and bytes for each entry, beyond key and value. */
const [filled, beyond]: [number[], number[]] = [[], []];
const bytes = keys.reduce((sum, key, i) => sum + key.length + (texts[i] as string).length, 0);
for (let round = 0; round < byEffort(5, 20); round++) {
  const empty = SharedMap.createSync<string, Route>({ maxBytes: 2 ** 25 });
  const values = keys.map((_, i) => routeOf(i));
  const begin = performance.now();
  for (let i = 0; i < COUNT; i++) empty.set(keys[i] as string, values[i] as Route);
  filled.push(performance.now() - begin);
  beyond.push((empty.stats().usedBytes - bytes) / COUNT);
  empty[Symbol.dispose]();
}
reportSamples({ id: 'filling', title: `${COUNT} keys into an empty SharedMap, which grows` }, [
  ...row('time', 'time', 'ms', filled),
  ...row('beyond', 'memory for an entry, beyond key and value', 'bytes', beyond),
]);
for (const worker of workers) await worker.terminate();
