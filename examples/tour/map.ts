/** SharedMap, live: workers read and write one map; one of them is terminated in the middle of its writes. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'node-membarrier/collections';
import { line } from './line.js';
import type { MapReport } from './map-worker.js';

const SECONDS = 1;

export async function showMap(): Promise<void> {
  const map = await SharedMap.create<string, number>();
  for (let i = 0; i < 1000; i++) map.set(`key ${i}`, 0);
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const start = (role: 'reader' | 'writer') =>
    new Worker(new URL('map-worker.js', import.meta.url), { workerData: { map: map.handle, role, stop } });
  const [reader, writer] = [start('reader'), start('writer')];
  await Promise.all([reader, writer].map((worker) => once(worker, 'message')));

  await setTimeout(SECONDS * 500);
  await writer.terminate();
  const { changes } = map.stats();
  line('writer', 'terminated in the middle of its writes', `${changes} changes so far`);
  map.set('key 0', -1);
  line('main', 'the next set() needs no repair', `${map.size} keys, key 0 is ${map.get('key 0')}`);

  await setTimeout(SECONDS * 500);
  Atomics.store(stop, 0, 1);
  const [{ reads, backwards }] = (await once(reader, 'message')) as [MapReport];
  line('reader', `${(reads / SECONDS / 1e6).toFixed(1)} million get() a second`, `${backwards} went back in time`);
  await reader.terminate();
}
