/** RCU, live: workers read a record while the main thread replaces it; and one of them dies in a section. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { RcuDomain } from 'node-membarrier/rcu';
import { line } from './line.js';
import { duration } from './outcome.js';
import type { ReaderData, ReaderReport } from './rcu-reader.js';

const SECONDS = 1;

export async function showRcu(): Promise<void> {
  const domain = await RcuDomain.create();
  const words = new Int32Array(new SharedArrayBuffer(64));
  words.set([2, 0, 40, 2]);
  const start = (stuck: boolean): Worker => {
    const workerData: ReaderData = { rcu: domain.handle, words, stuck };
    return new Worker(new URL('rcu-reader.js', import.meta.url), { workerData });
  };

  const readers = [start(false), start(false)];
  await Promise.all(readers.map((reader) => once(reader, 'message')));
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    const [old, fresh] = words[0] === 2 ? [2, 4] : [4, 2];
    words.set([end & 0xff, 42 - (end & 0xff)], fresh);
    Atomics.store(words, 0, fresh);
    await domain.synchronize();
    words.fill(0, old, old + 2);
  }
  const { gracePeriods, barriers } = domain.stats();
  Atomics.store(words, 1, 1);
  const reports = (await Promise.all(readers.map((reader) => once(reader, 'message')))).flat() as ReaderReport[];
  for (const [i, { sections, wrong }] of reports.entries()) {
    line(
      `reader ${i + 1}`,
      `${(sections / SECONDS / 1e6).toFixed(1)} million sections a second`,
      `${wrong} went wrong`,
    );
  }
  line('main', `${gracePeriods} records replaced`, `${barriers} barriers`);
  await showDeath(domain, start(true));
}

async function showDeath(domain: RcuDomain, stuck: Worker): Promise<void> {
  await once(stuck, 'message');
  await setTimeout(50);
  const begin = performance.now();
  const over = domain.synchronize();
  await setTimeout(100);
  await stuck.terminate();
  const terminated = performance.now();
  await over;
  const more = performance.now() - terminated;
  line(
    'main',
    'synchronize(), a reader is stuck',
    `waits for ${duration(terminated - begin)}, until it is terminated,`,
  );
  line('', '', `and ${duration(more)} more until its death is noticed`);
}
