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
import { medianDifference, medianOfBursts } from '../measure/bursts.js';
import { compareAll, type Pairs, pairsNeeded } from '../measure/comparison.js';
import { here, there, whyNoOtherCpu, whyUnpinned } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { measuring, reportComparison } from '../measure/report.js';
import { rotated } from '../measure/samples.js';

interface Arm extends Pick<Pairs, 'id' | 'label' | 'control'> {
  readonly first: number;
  readonly second: number;
  readonly spin: number;
}

/** Milliseconds for a table, and for a burst of an arm. */
const patience = byEffort(4500, 30_000);
const BURST = 1;
const BURSTS = 12;
/** In which caches and the branch predictor come to know the processes. */
const WARM_UP = 2;
/** A cost, and turns of the loop that plants it, to find out how long one takes. */
const PLANTED = 0.01;
const TURNS = 1_000_000;

for (const [id, title, shape] of [
  ['processes', 'two processes on one CPU', SwitchShape.PROCESSES],
  ['threads', 'two threads of one process', SwitchShape.THREADS],
  ['idle', 'two processes, each on an idle CPU', SwitchShape.IDLE],
] as const) {
  await measuring(title, () => measureShape(id, title, shape));
}

async function measureShape(id: string, title: string, shape: SwitchShape): Promise<void> {
  const why = shape === SwitchShape.IDLE ? whyNoOtherCpu : whyUnpinned;
  if (why !== undefined) throw new Error(why);
  checkAvailable();
  const [first] = await measure(shape, 20, armsOf(shape, 0).slice(0, 1), 0);
  const handOver = medianOfBursts(first as Burst[]);
  const roundTrips = Math.round(Math.min(500, Math.max(5, (BURST * 1e6) / (2 * handOver))));
  const turn = median(Array.from({ length: 9 }, () => harness.timeSpin(TURNS) / TURNS));
  const arms = armsOf(shape, Math.round((PLANTED * handOver) / turn));
  const base: number[] = [];
  const differences = arms.map((): number[] => []);
  const start = performance.now();
  for (let round = 0; round < pairsNeeded(arms.length - 1) || performance.now() - start < patience; round++) {
    const bursts = await measure(shape, roundTrips, arms, round);
    base.push(medianOfBursts(bursts[0] as Burst[]));
    for (const [i, own] of bursts.entries()) differences[i]?.push(medianDifference(own, bursts[0] as Burst[]));
  }
  const rows = arms.slice(1).map(({ id, label, control }, i): Pairs => {
    const pairs = { id, label, unit: 'ns', base, differences: differences[i + 1] as number[] } as const;
    return control === undefined ? pairs : Object.assign(pairs, { control });
  });
  const switches = shape === SwitchShape.IDLE ? 'through the idle task' : 'one context switch';
  const notes = [
    `more than with nothing registered; ${switches} each; ${base.length} times in fresh processes`,
    'a hand-over: wake the other side (futex), sleep; counted switches of both sides',
  ];
  reportComparison({ id, title: `a hand-over: ${title}`, notes }, compareAll(rows));
}

/** The first is what all are compared with. */
function armsOf(shape: SwitchShape, spin: number): Arm[] {
  const none = { id: 'none', label: 'nothing registered', first: 0, second: 0, spin: 0 };
  return [
    none,
    { ...none, id: 'again', label: 'control: once more', control: 'no difference found' },
    { ...none, id: 'planted', label: `control: ${100 * PLANTED} % more`, spin, control: 'costs more' },
    ...available.flatMap((kind): Arm[] => {
      const first = Command[registerCommandOf(kind)];
      const both = { ...none, first, second: first };
      if (shape === SwitchShape.THREADS) return [{ ...both, id: kind, label: kind }];
      return [
        { ...none, id: `${kind}/one`, label: 'one of the two', first },
        { ...both, id: `${kind}/both`, label: 'both' },
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
