/**
 * What threads do to each other: two that read at once, one that reads while another changes what it reads, and how
 * soon a change is seen.
 */
import { MessageChannel } from 'node:worker_threads';
import { SharedMap } from 'node-membarrier/collections';
import { startWorker } from '../../harness/worker.js';
import { contest } from '../measure/contest.js';
import { measuringBeside } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { reportSamples, row } from '../measure/report.js';
import { HOT, keys, privateMap, type Route, sharedMap, shuffle, warm } from '../measure/routes.js';
import { loopOf, nanosecondsEach, paired, ratio, rotated } from '../measure/samples.js';

/** As route-thread-worker.ts has them. */
const Activity = {
  READ_OWN: 1,
  READ_SHARED: 2,
  MEASURE_OWN: 3,
  MEASURE_SHARED: 4,
  CHANGE_SHARED: 5,
  SEND_CHANGES: 6,
  WATCH: 7,
} as const;

const own = privateMap();
const shared = sharedMap();
/** A value that takes no time to decode. */
const watched = SharedMap.createSync<string, number>();
watched.set('watched', 0);
warm(shared, HOT);
const hot = keys.slice(0, HOT);
const get = "if (map.get(order[i]) === undefined) throw new Error('a key is missing');";
const loops = { own: loopOf(get, { map: own, order: hot }), shared: loopOf(get, { map: shared, order: hot }) };

function pass(read: (times: number) => void): number {
  shuffle(hot);
  return nanosecondsEach(HOT, read);
}

await measuringBeside('two threads', async (cpu) => {
  const { port1, port2 } = new MessageChannel();
  const stamps = new BigInt64Array(new SharedArrayBuffer(16));
  const url = new URL('../measure/route-thread-worker.js', import.meta.url);
  const data = { handle: shared.handle, watchedHandle: watched.handle, port: port2, stamps };
  const other = await startWorker(url, cpu, data, [port2]);
  port1.on('message', ([key, value]: [string, Route]) => own.set(key, value));
  port1.unref();

  const beside = (task: number, read: (times: number) => void) => () => other.during(task, () => pass(read));
  contest({
    id: 'two-readers',
    title: `get() beside another reader, ${HOT} keys; each on its own CPU`,
    rounds: byEffort(30, 300),
    warmUp: 10,
    contenders: {
      'map/alone': { label: 'alone', sample: () => pass(loops.own) },
      'map/beside': { label: 'beside a reader', sample: beside(Activity.READ_OWN, loops.own), to: ['map/alone'] },
      'shared/alone': { label: 'alone', sample: () => pass(loops.shared) },
      'shared/beside': {
        label: 'beside a reader',
        sample: beside(Activity.READ_SHARED, loops.shared),
        to: ['shared/alone'],
      },
    },
  });

  await readingWhileChanged(other, port1);
  howSoon(other, stamps);
  port1.close();
  await other.end();
});

/** The event loop turns after each pass, as it does in a server: so that messages come in. */
async function passes(read: (times: number) => void, milliseconds: number): Promise<number> {
  const begin = process.hrtime.bigint();
  let reads = 0;
  while (Number(process.hrtime.bigint() - begin) < milliseconds * 1e6) {
    read(HOT);
    reads += HOT;
    await new Promise(setImmediate);
  }
  return Number(process.hrtime.bigint() - begin) / reads;
}

async function readingWhileChanged(
  other: Awaited<ReturnType<typeof startWorker>>,
  port: { ref(): void; unref(): void },
) {
  const arms = [
    ['map', 'a private Map that does not change', loops.own, 0, 0],
    ['deltas', 'a private Map, 1,000 changes a second by message', loops.own, Activity.SEND_CHANGES, 1000],
    ['none', 'SharedMap that does not change', loops.shared, 0, 0],
    ['hundred', 'SharedMap, 100 changes a second', loops.shared, Activity.CHANGE_SHARED, 100],
    ['thousand', 'SharedMap, 1,000 changes a second', loops.shared, Activity.CHANGE_SHARED, 1000],
  ] as const;
  const found = Object.fromEntries(arms.map(([id]) => [id, [] as number[]]));
  port.ref();
  for (let round = 0; round < byEffort(3, 20); round++) {
    for (const [id, , read, task, rate] of rotated(arms, round)) {
      shuffle(hot);
      if (task !== 0) other.begin(task, rate);
      found[id]?.push(await passes(read, byEffort(60, 200)));
      if (task !== 0) other.finish();
    }
  }
  port.unref();
  const of = (id: string) => found[id] as number[];
  const to = (id: string, base: string, label: string) =>
    row(`to-${base}`, label, 'times', paired(of(id), of(base), ratio));
  reportSamples(
    { id: 'changing', title: `get() of ${HOT} keys while another thread changes them` },
    arms.flatMap(([id, label]) =>
      row(
        id,
        label,
        'ns',
        of(id),
        ...(id === 'thousand'
          ? [...to(id, 'none', 'to one that does not change'), ...to(id, 'deltas', 'to messages')]
          : []),
      ),
    ),
  );
}

function howSoon(other: Awaited<ReturnType<typeof startWorker>>, stamps: BigInt64Array): void {
  const changes = byEffort(300, 3000);
  const seen: number[] = [];
  other.begin(Activity.WATCH, changes);
  for (let i = 1; i <= changes; i++) {
    const pause = performance.now() + 0.05;
    while (performance.now() < pause);
    watched.set('watched', i);
    const done = process.hrtime.bigint();
    while (Atomics.load(stamps, 0) !== BigInt(i));
    seen.push(Math.max(0, Number(Atomics.load(stamps, 1) - done)) / 1000);
  }
  other.finish();
  reportSamples(
    { id: 'visible', title: 'until a spinning reader has seen a change' },
    row('seen', 'after set() returned', 'us', seen),
  );
}
