/**
 * What registration costs the scheduler: the time for which a CPU is handed over between two processes of which none,
 * one, both have registered; between two threads of one; and between two processes that idle on CPUs of their own.
 * Fresh processes for each pair of samples, since nothing unregisters, and all arms in turns.
 *
 * Two controls belong to each table. The same arm once more must show no difference, and a planted cost of one percent
 * must show: where it does not, nothing follows from a difference that was not found.
 */

import { getSystemErrorName } from 'node:util';
import { Command } from 'node-membarrier';
import { type Burst, harness, SwitchShape } from '../../harness/index.js';
import { median } from '../libraries/simple-statistics.js';
import { available, checkAvailable, registerCommandOf } from '../measure/barriers.js';
import { compareAll, type Pairs, pairsNeeded } from '../measure/comparison.js';
import { here, there, whyNoOtherCpu, whyUnpinned } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { measuring, reportTable } from '../measure/report.js';
import { difference, paired, rotated } from '../measure/samples.js';

interface Arm {
  readonly path: string[];
  readonly first: number;
  readonly second: number;
  readonly spin: number;
  readonly control?: NonNullable<Pairs['control']>;
}

/** Milliseconds for a table, and for a burst of an arm. */
const patience = byEffort(4500, 30_000);
const BURST = 1;
const BURSTS = 12;
/** In which caches and the branch predictor come to know the processes. */
const WARM_UP = 2;
const PLANTED = 0.01;

await measuring('two processes on one CPU', () => measureShape('two processes on one CPU', SwitchShape.PROCESSES));
await measuring('two threads of one process', () => measureShape('two threads of one process', SwitchShape.THREADS));
await measuring('two processes, each on an idle CPU', () =>
  measureShape('two processes, each on an idle CPU', SwitchShape.IDLE),
);

async function measureShape(title: string, shape: SwitchShape): Promise<void> {
  const why = shape === SwitchShape.IDLE ? whyNoOtherCpu : whyUnpinned;
  if (why !== undefined) throw new Error(why);
  checkAvailable();
  const handOver = await handOverTime(shape);
  const roundTrips = Math.round(Math.min(500, Math.max(5, (BURST * 1e6) / (2 * handOver))));
  const arms = armsOf(shape, Math.round((PLANTED * handOver) / nanosecondsOfATurn()));
  const bases: number[] = [];
  const differences = arms.map((): number[] => []);
  const start = performance.now();
  for (let round = 0; round < pairsNeeded(arms.length - 1) || performance.now() - start < patience; round++) {
    const bursts = await measure(shape, roundTrips, arms, round);
    bases.push(median(timesOf(bursts[0] as Burst[])));
    for (const [i, own] of bursts.entries()) differences[i]?.push(medianDifference(own, bursts[0] as Burst[]));
  }
  const rows = arms.slice(1).map(({ path, control }, i): Pairs => {
    const pairs: Pairs = { path, unit: 'ns', base: bases, differences: differences[i + 1] as number[] };
    return control === undefined ? pairs : Object.assign(pairs, { control });
  });
  reportTable({
    kind: 'comparison',
    title: `a hand-over: ${title}`,
    rows: compareAll(rows),
    notes: notes(shape, bases),
  });
}

function notes(shape: SwitchShape, bases: readonly number[]): string[] {
  const switches = shape === SwitchShape.IDLE ? 'through the idle task' : 'one context switch';
  return [
    `each row: more than with nothing registered (${median([...bases]).toFixed(0)} ns a hand-over, ${switches}), ${bases.length} times in fresh processes`,
    'a hand-over: wake the other side (futex), sleep; counted switches of both sides',
  ];
}

/** The first is what all are compared with. */
function armsOf(shape: SwitchShape, spin: number): Arm[] {
  const none = { path: ['nothing registered'], first: 0, second: 0, spin: 0 };
  return [
    none,
    { ...none, path: ['control: nothing registered, once more'], control: 'no difference found' },
    { ...none, path: [`control: a planted ${100 * PLANTED} %`], spin, control: 'costs more' },
    ...available.flatMap((kind): Arm[] => {
      const command = Command[registerCommandOf(kind)];
      const both = { ...none, first: command, second: command };
      if (shape === SwitchShape.THREADS) return [{ ...both, path: [kind] }];
      return [
        { ...none, path: [kind, 'one of the two'], first: command },
        { ...both, path: [kind, 'both'] },
      ];
    }),
  ];
}

/**
 * The bursts of each arm. Each time another one is the first to be started, which may matter to where it lies and how
 * it is scheduled.
 */
async function measure(shape: SwitchShape, roundTrips: number, arms: readonly Arm[], turn: number): Promise<Burst[][]> {
  const started = rotated(arms, turn);
  const bursts = await harness.measureSwitches(
    [shape, here, there ?? here, roundTrips, BURSTS],
    started.map(({ first, second, spin }) => [first, second, spin]),
  );
  if (typeof bursts === 'number') throw new Error(`the processes could not be measured: ${getSystemErrorName(bursts)}`);
  return arms.map((arm) => {
    const place = started.indexOf(arm);
    return bursts.slice(place * BURSTS + WARM_UP, (place + 1) * BURSTS);
  });
}

/** Bursts in which nobody else had the CPU, and nobody was spared its sleep. */
function isClean({ switches }: Burst): boolean {
  return Math.abs(switches - 1) < 0.02;
}

function timesOf(bursts: readonly Burst[]): number[] {
  const clean = bursts.filter(isClean);
  return (clean.length > 0 ? clean : bursts).map(({ nanoseconds }) => nanoseconds);
}

/** Of bursts that were run one after the other. */
function medianDifference(own: readonly Burst[], base: readonly Burst[]): number {
  const clean = own.map((burst, i) => isClean(burst) && isClean(base[i] as Burst));
  const keep = (bursts: readonly Burst[]) => timesOf(clean.includes(true) ? bursts.filter((_, i) => clean[i]) : bursts);
  return median(paired(keep(own), keep(base), difference));
}

async function handOverTime(shape: SwitchShape): Promise<number> {
  const none = armsOf(shape, 0).slice(0, 1);
  const [bursts] = await measure(shape, 20, none, 0);
  return median(timesOf(bursts as Burst[]));
}

function nanosecondsOfATurn(): number {
  const turns = 1_000_000;
  return median(Array.from({ length: 9 }, () => harness.timeSpin(turns) / turns));
}
