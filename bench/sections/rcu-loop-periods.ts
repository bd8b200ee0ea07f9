/**
 * Grace periods of the event-loop flavor: among threads that are idle, and that run callbacks of 0.2 ms. Beside the
 * least that could do it, with as many threads, in turns: a word that they wait for, and one in which they acknowledge.
 * What they cost each thread, and what threads cost while nobody updates.
 */
import { setTimeout } from 'node:timers/promises';
import { byEffort } from '../measure/effort.js';
import { timeCall } from '../measure/event-loop.js';
import { Least, startLoopThreads } from '../measure/loop-threads.js';
import { reportSamples, row } from '../measure/report.js';
import { paired, ratio, summarize } from '../measure/samples.js';

/** Grace periods of each in a turn; turns; and grace periods before, for V8 to compile. */
const PERIODS = 100;
const TURNS = byEffort(4, 40);
const WARM_UP = byEffort(500, 5000);
/** A callback of a busy thread, in milliseconds. */
const BUSY = 0.2;

const kinds = ['domain', 'least'] as const;
type Kind = (typeof kinds)[number];

/** Microseconds: each wait; for each turn, the median wait and the CPU for each grace period and thread. */
interface Found {
  readonly waits: number[];
  readonly medians: number[];
  readonly cpu: number[];
}

await measureQuiet(16);
for (const threads of [1, 4, 16]) await measureIdle(threads);
await measureBusy(2);

async function measureIdle(threads: number): Promise<void> {
  const found: Record<Kind, Found> = { domain: noneYet(), least: noneYet() };
  const groups = { domain: await startLoopThreads(threads, 'domain'), least: await startLoopThreads(threads, 'least') };
  for (let i = 0; i < WARM_UP; i++) for (const kind of kinds) await groups[kind].wait();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const kind of kinds) await takeTurn(groups[kind].wait, threads, found[kind]);
  }
  for (const kind of kinds) await groups[kind].end();
  const { domain, least } = found;
  reportSamples({ id: `loop-idle-${threads}`, title: `a grace period, ${threads} idle ${plural(threads)}` }, [
    ...row(
      'domain',
      'synchronize()',
      'us',
      domain.waits,
      ...row('cpu', 'CPU, of all for each thread', 'us', domain.cpu),
      ...row('to-least', 'to the least', 'times', paired(domain.medians, least.medians, ratio)),
    ),
    ...row('least', 'the least', 'us', least.waits, ...row('cpu', 'CPU, of all for each thread', 'us', least.cpu)),
  ]);
}

async function measureBusy(threads: number): Promise<void> {
  const { wait, least, end } = await startLoopThreads(threads, 'domain', BUSY);
  const found = noneYet();
  const turns: number[] = [];
  for (let i = 0; i < WARM_UP / 10; i++) await wait();
  for (let turn = 0; turn < TURNS; turn++) {
    const [begin, before] = [performance.now(), Atomics.load(least, Least.TURNS)];
    await takeTurn(wait, threads, found);
    turns.push((1000 * threads * (performance.now() - begin)) / (Atomics.load(least, Least.TURNS) - before));
  }
  await end();
  reportSamples({ id: 'loop-busy', title: `a grace period, ${threads} threads with callbacks of 0.2 ms` }, [
    ...row(
      'domain',
      'synchronize()',
      'us',
      found.waits,
      ...row('turns', 'in turns of a thread', 'times', paired(found.medians, turns, ratio)),
    ),
    ...row('turn', 'a turn of a thread', 'us', turns),
  ]);
}

/** Threads that are idle and nobody updates: the CPU of the process while it sleeps. */
async function measureQuiet(threads: number): Promise<void> {
  const spent = async () => {
    const samples: number[] = [];
    for (let second = 0; second < byEffort(1, 5); second++) {
      const before = process.cpuUsage();
      await setTimeout(1000);
      const { user, system } = process.cpuUsage(before);
      samples.push(user + system);
    }
    return samples;
  };
  const { end, wait } = await startLoopThreads(threads, 'domain');
  for (let i = 0; i < WARM_UP; i++) await wait();
  await setTimeout(500); // what V8 still compiles
  const among = await spent();
  await end();
  const none = await spent();
  reportSamples({ id: 'loop-quiet', title: `${threads} idle threads, and nobody updates` }, [
    ...row('threads', 'CPU of the process in a second', 'us', among),
    ...row('none', 'the same without them', 'us', none),
  ]);
}

async function takeTurn(wait: () => Promise<void>, threads: number, { waits, medians, cpu }: Found): Promise<void> {
  const before = process.cpuUsage();
  const turn: number[] = [];
  for (let i = 0; i < PERIODS; i++) turn.push(1000 * (await timeCall(wait)));
  const { user, system } = process.cpuUsage(before);
  waits.push(...turn);
  medians.push(summarize(turn).median);
  cpu.push((user + system) / PERIODS / threads);
}

function noneYet(): Found {
  return { waits: [], medians: [], cpu: [] };
}

function plural(threads: number): string {
  return threads === 1 ? 'thread' : 'threads';
}
