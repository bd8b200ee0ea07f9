/** The other thread of collections-threads.ts, on a CPU of its own. */
import { type MessagePort, threadId, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'node-membarrier/collections';
import { serve, type Task } from '../../harness/worker.js';
import { HOT, keys, privateMap, type Route, routes, shuffle, warm } from './routes.js';
import { loopOf, nanosecondsEach } from './samples.js';

const { handle, watchedHandle, port, stamps } = workerData as {
  handle: SharedMapHandle;
  watchedHandle: SharedMapHandle;
  port: MessagePort;
  stamps: BigInt64Array;
};
const shared = SharedMap.attach<string, Route>(handle);
const watched = SharedMap.attach<string, number>(watchedHandle);
const own = privateMap();
const hot = keys.slice(0, HOT);
warm(shared, HOT);

const get = "if (map.get(order[i]) === undefined) throw new Error('a key is missing');";
const loops = { own: loopOf(get, { map: own, order: hot }), shared: loopOf(get, { map: shared, order: hot }) };

const reading =
  (read: (times: number) => void): Task =>
  (_, isWanted) => {
    while (isWanted()) read(HOT);
  };

const measuring =
  (read: (times: number) => void): Task =>
  (passes, _, say) => {
    let nanoseconds = 0;
    for (let pass = 0; pass < passes; pass++) {
      shuffle(hot);
      nanoseconds += nanosecondsEach(HOT, read) * HOT;
    }
    say(Math.round(nanoseconds / passes));
  };

const nowhere = new Int32Array(new SharedArrayBuffer(4));

/** So many changes of hot keys a second. */
const changing =
  (change: (i: number) => void): Task =>
  (rate, isWanted) => {
    for (let i = 0; isWanted(); i++) {
      change(i % HOT);
      Atomics.wait(nowhere, 0, 0, 1000 / rate);
    }
  };

const routeAt = (i: number): Route => ({ ...(routes[i] as Route), weight: threadId });

/** Notes when it sees each change of one key. */
const watching: Task = (changes) => {
  for (let seen = 1; seen <= changes; seen++) {
    while (watched.get('watched') !== seen);
    Atomics.store(stamps, 1, process.hrtime.bigint());
    Atomics.store(stamps, 0, BigInt(seen));
  }
};

serve([
  reading(loops.own),
  reading(loops.shared),
  measuring(loops.own),
  measuring(loops.shared),
  changing((i) => shared.set(keys[i] as string, routeAt(i))),
  changing((i) => port.postMessage([keys[i], routeAt(i)])),
  watching,
]);
