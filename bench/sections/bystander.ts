/**
 * What a running thread pays for barriers that another thread issues, at a rate: its throughput, and its pauses. The
 * question of denial of service and of real time: a sibling is interrupted by each barrier, and nobody can issue more
 * than the last row says.
 */
import { type Barrier, membarrier } from 'node-membarrier';
import { type Pauses, startBystander } from '../measure/bystander.js';
import { measuringBeside } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { reportTable } from '../measure/report.js';
import { paired, ratio, summarize } from '../measure/samples.js';
import type { Bystander } from '../report/schema.js';

/** Barriers a second. */
const RATES = [0, 1000, 10_000, Number.POSITIVE_INFINITY];
/** Milliseconds for which a rate is kept up, how often, and how long the work goes on. */
const WINDOW = byEffort(100, 500);
const ROUNDS = byEffort(5, 20);

const title = 'a bystander: a sibling that runs';
await measuringBeside(title, measure);

async function measure(cpu: number): Promise<void> {
  const barrier = membarrier.registerSync('PRIVATE_EXPEDITED');
  const bystander = await startBystander(cpu, RATES.length + 1);
  bystander.during(0, () => keepUp(barrier, 1000)); // in which V8 compiles
  const work = RATES.map((): number[] => []);
  const issued = RATES.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    RATES.forEach((_, i) => {
      const index = (i + round) % RATES.length;
      let barriers = 0;
      const done = bystander.during(index + 1, () => {
        barriers = keepUp(barrier, RATES[index] as number);
      });
      work[index]?.push(done);
      issued[index]?.push((1000 * barriers) / WINDOW);
    });
  }
  const pauses = await bystander.end();
  const rows = RATES.map((rate, i): Bystander => {
    const { p999, longest } = pauses[i + 1] as Pauses;
    return {
      path: [rate === 0 ? 'no barriers' : Number.isFinite(rate) ? `${rate} a second` : 'as many as possible'],
      barriersPerSecond: summarize(issued[i] as number[]).median,
      throughput: summarize(paired(work[i] as number[], work[0] as number[], ratio)).median,
      p999,
      longest,
    };
  });
  reportTable({
    kind: 'bystander',
    title,
    rows,
    notes: [
      `a thread of JavaScript on a CPU of its own, in pieces of work of some ${pauses[1]?.piece.toFixed(0)} ns that it times itself; ${ROUNDS} windows of ${WINDOW} ms for each rate, in turns`,
      'pauses are pieces of work that took longer: other interrupts, and a hypervisor, make them as well, as the first row shows',
    ],
  });
}

/** Issues barriers for a window, evenly; answers how many. */
function keepUp(barrier: Barrier<'PRIVATE_EXPEDITED'>, rate: number): number {
  const start = performance.now();
  const interval = 1000 / rate;
  let count = 0;
  for (let now = start; now - start < WINDOW; now = performance.now()) {
    if (rate === 0 || now - start < count * interval) continue;
    barrier();
    count++;
  }
  return count;
}
