/**
 * More readers than CPUs, all in tight loops of short sections: a reader that loses its CPU within a section holds the
 * grace period up until it has one again. How many barriers that costs, how long the updater waits, and what it does to
 * its own CPU meanwhile, beside an updater that polls every millisecond. 40 grace periods a second.
 */
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { readSchedStat } from '../../harness/proc.js';
import { byEffort } from '../measure/effort.js';
import { DATA_BYTES } from '../measure/read-sides.js';
import { startReaderThread } from '../measure/reader-thread.js';
import { type Row, reportRows, row } from '../measure/report.js';
import { ratio, rotated, summarize } from '../measure/samples.js';

const READERS = byEffort([1, 3, 16], [1, 2, 3, 4, 8, 16]);
/** Grace periods of each way in one turn, and turns. */
const PERIODS = 20;
const TURNS = byEffort(3, 12);
/** In milliseconds, between two. */
const PAUSE = 25;

AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });

const ways: Record<string, () => void | Promise<void>> = {
  'synchronize()': () => domain.synchronize(),
  'synchronizeSync()': () => domain.synchronizeSync(),
  async 'startPoll(), then poll() every millisecond'() {
    const cookie = domain.startPoll();
    while (!domain.poll(cookie)) await setTimeout(1);
  },
};
const polling = Object.keys(ways).at(-1) as string;
/** The loop by itself, for its share of the CPU. */
const nothing = 'nothing, but the pauses';
const names = [...Object.keys(ways), nothing];

interface Samples {
  /** For each grace period, in a turn's mean. */
  readonly barriers: number[];
  /** In milliseconds. */
  readonly waits: number[];
  /** Of one CPU, in percent, for each turn. */
  readonly cpu: number[];
}

for (const count of READERS) await measureBeside(count);

async function measureBeside(count: number): Promise<void> {
  const samples = Object.fromEntries(names.map((name) => [name, { barriers: [], waits: [], cpu: [] }])) as Record<
    string,
    Samples
  >;
  const readers = await Promise.all(
    Array.from({ length: count }, (_, i) => startReaderThread(domain, 'object', i % availableParallelism())),
  );
  for (const reader of readers) reader.run();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const name of rotated(names, turn)) await takeTurn(name, samples[name] as Samples);
  }
  for (const reader of readers) await reader.end();
  const rows = names.flatMap((name) => rowsOf(name, samples[name] as Samples, samples[polling] as Samples));
  reportRows(`a grace period beside ${count} running reader${count === 1 ? '' : 's'}`, rows);
}

async function takeTurn(name: string, { barriers, waits, cpu }: Samples): Promise<void> {
  const before = domain.stats();
  const [start, running] = [performance.now(), nanosecondsRunning()];
  for (let i = 0; i < PERIODS; i++) {
    const begin = performance.now();
    await ways[name]?.();
    waits.push(performance.now() - begin);
    await setTimeout(PAUSE - (performance.now() - begin));
  }
  const after = domain.stats();
  if (name !== nothing) barriers.push((after.barriers - before.barriers) / (after.gracePeriods - before.gracePeriods));
  cpu.push(((nanosecondsRunning() - running) / 1e6 / (performance.now() - start)) * 100);
}

function rowsOf(name: string, { barriers, waits, cpu }: Samples, poll: Samples): Row[] {
  if (name === nothing) return [row(name, 'percent', cpu)];
  const mean = meanOf(barriers);
  const limited = name !== polling;
  const rows = [row(name, 'ms', waits), row('  barriers, mean', 'barriers', [mean], limited ? 3 : undefined)];
  if (!limited) return [...rows, row('  CPU', 'percent', cpu)];
  const relative = ratio(summarize(waits).median, summarize(poll.waits).median);
  return [
    ...rows,
    row('  CPU', 'percent', cpu, 1.5),
    row('  the median, to that of polling', 'times', [relative], 1),
    row('  the mean, to that of polling', 'times', [ratio(meanOf(waits), meanOf(poll.waits))]),
  ];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of this thread, on a CPU. */
function nanosecondsRunning(): number {
  const counted = readSchedStat('/proc/thread-self');
  if (counted === undefined)
    throw new Error('this kernel does not tell how long a thread has run (/proc/thread-self/schedstat)');
  return counted.running;
}
