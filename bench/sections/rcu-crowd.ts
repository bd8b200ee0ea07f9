/**
 * More readers than CPUs, all in tight loops of short sections: a reader that loses its CPU within a section holds the
 * grace period up until it has one again. How many barriers that costs, how long the updater waits, and what it does to
 * its own CPU meanwhile, beside an updater that polls every millisecond. 40 grace periods a second.
 */
import { setTimeout } from 'node:timers/promises';
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { harness } from '../../harness/index.js';
import { readSchedStat } from '../../harness/proc.js';
import { byEffort } from '../measure/effort.js';
import { timeCall } from '../measure/event-loop.js';
import { DATA_BYTES } from '../measure/read-sides.js';
import { Activity, startReaderThread } from '../measure/reader-thread.js';
import { reportSamples, row } from '../measure/report.js';
import { ratio, rotated, summarize } from '../measure/samples.js';

const READERS = byEffort([1, 3, 16], [1, 2, 3, 4, 8, 16]);
/** Grace periods of each way in one turn, and turns. */
const PERIODS = 20;
const TURNS = byEffort(3, 12);
/** In milliseconds, between two. */
const PAUSE = 25;
const cpus = harness.affinity();

AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });

/** `nothing` is the loop by itself, for its share of the CPU. */
const ways = {
  async: { label: 'synchronize()', wait: () => domain.synchronize() },
  sync: { label: 'synchronizeSync()', wait: async () => domain.synchronizeSync() },
  poll: { label: 'startPoll(), then poll() every millisecond', wait: pollUntilOver },
  nothing: { label: 'nothing, but the pauses', wait: async () => {} },
} as const;
type Way = keyof typeof ways;
const names = Object.keys(ways) as Way[];

/** Barriers for each grace period, in a turn's mean; waits in milliseconds; percent of a CPU, for each turn. */
type Found = Record<'barriers' | 'waits' | 'cpu', number[]>;

for (const count of READERS) {
  const readers = await Promise.all(
    Array.from({ length: count }, (_, i) => startReaderThread(domain, 'object', cpus[i % cpus.length] as number)),
  );
  for (const reader of readers) reader.begin(Activity.RUN);
  const empty = (): Found => ({ barriers: [], waits: [], cpu: [] });
  const found: Record<Way, Found> = { async: empty(), sync: empty(), poll: empty(), nothing: empty() };
  for (let turn = 0; turn < TURNS; turn++) {
    for (const name of rotated(names, turn)) await takeTurn(name, found[name]);
  }
  for (const reader of readers) await reader.end();
  const title = `a grace period beside ${count} running reader${count === 1 ? '' : 's'}`;
  const rows = names.flatMap((name) => rowsOf(name, found[name], found.poll));
  reportSamples({ id: `crowd-${count}`, title }, rows);
}

async function pollUntilOver(): Promise<void> {
  const cookie = domain.startPoll();
  while (!domain.poll(cookie)) await setTimeout(1);
}

async function takeTurn(name: Way, { barriers, waits, cpu }: Found): Promise<void> {
  const before = domain.stats();
  const [start, running] = [performance.now(), millisecondsRunning()];
  for (let i = 0; i < PERIODS; i++) {
    const wait = await timeCall(ways[name].wait);
    waits.push(wait);
    await setTimeout(PAUSE - wait);
  }
  cpu.push(((millisecondsRunning() - running) / (performance.now() - start)) * 100);
  const after = domain.stats();
  if (name !== 'nothing')
    barriers.push((after.barriers - before.barriers) / (after.gracePeriods - before.gracePeriods));
}

function rowsOf(name: Way, { barriers, waits, cpu }: Found, poll: Found) {
  const { label } = ways[name];
  if (name === 'nothing') return row(name, label, 'percent', cpu);
  const to = (id: 'median' | 'mean', statistic: (values: number[]) => number) =>
    row(`${id}-to-poll`, `the ${id}, to that of polling`, 'times', [ratio(statistic(waits), statistic(poll.waits))]);
  return row(
    name,
    label,
    'ms',
    waits,
    ...row('barriers', 'barriers, mean', 'barriers', [meanOf(barriers)]),
    ...row('cpu', 'CPU', 'percent', cpu),
    ...(name === 'poll' ? [] : [...to('median', (values) => summarize(values).median), ...to('mean', meanOf)]),
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of this thread, on a CPU. */
function millisecondsRunning(): number {
  const counted = readSchedStat('/proc/thread-self');
  if (counted !== undefined) return counted.running / 1e6;
  throw new Error('this kernel does not tell how long a thread has run (/proc/thread-self/schedstat)');
}
