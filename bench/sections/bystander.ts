/**
 * What a running thread pays for barriers that another thread issues, at a rate: its throughput, and its pauses. The
 * question of denial of service and of real time: a sibling is interrupted by each barrier, and nobody can issue more
 * than the last rate.
 */
import { type Barrier, membarrier } from 'node-membarrier';
import { startWorker } from '../../harness/worker.js';
import { measuringBeside } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { reportSamples, row } from '../measure/report.js';
import { rotated } from '../measure/samples.js';

/** Barriers a second. */
const rates = [
  { id: 'none', rate: 0, label: 'no barriers' },
  { id: 'a-thousand', rate: 1000, label: '1,000 barriers a second' },
  { id: 'ten-thousand', rate: 10_000, label: '10,000 barriers a second' },
  { id: 'most', rate: Number.POSITIVE_INFINITY, label: 'as many barriers as possible' },
] as const;
/** Milliseconds for which a rate is kept up, how often, and how long the work goes on. */
const WINDOW = byEffort(100, 500);
const ROUNDS = byEffort(5, 20);

/** In one window; pauses in nanoseconds. */
type Found = Record<'barriers' | 'pieces' | 'p999' | 'longest', number>;

const title = 'a sibling that runs, on a CPU of its own';
await measuringBeside(title, async (cpu) => {
  const barrier = membarrier.registerSync('PRIVATE_EXPEDITED');
  const bystander = await startWorker(new URL('bystander-worker.js', import.meta.url), cpu);
  const observe = (rate: number): Found => {
    const barriers = bystander.during(1, () => keepUp(barrier, rate));
    const [pieces, p999, longest] = bystander.found();
    return { barriers, pieces, p999, longest };
  };
  observe(1000); // in which V8 compiles
  const found = new Map(rates.map(({ id }) => [id as string, [] as Found[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { id, rate } of rotated(rates, round)) found.get(id)?.push(observe(rate));
  }
  await bystander.end();
  const base = found.get('none') as Found[];
  const rows = rates.flatMap(({ id, label }) => rowsOf(id, label, found.get(id) as Found[], base));
  const windows = `${ROUNDS} windows of ${WINDOW} ms for each rate, in turns; the sibling times each piece of its work`;
  const causes = 'other interrupts and a hypervisor make pauses as well, as the first rate shows';
  reportSamples({ id: 'sibling', title, notes: [windows, causes] }, rows);
});

function rowsOf(id: string, label: string, found: readonly Found[], base: readonly Found[]) {
  const all = (part: keyof Found, divisor: number) => found.map((window) => window[part] / divisor);
  // More than without barriers is noise.
  const percent = found.map(({ pieces }, i) => Math.min(100, (100 * pieces) / (base[i] as Found).pieces));
  return row(
    id,
    `${label}: throughput`,
    'percent',
    percent,
    ...row('rate', 'barriers a second', 'barriers', all('barriers', WINDOW / 1000)),
    ...row('p999', '99.9th percentile of a piece', 'us', all('p999', 1000)),
    ...row('longest', 'longest pause of a window', 'us', all('longest', 1000)),
  );
}

/** Issues barriers for a window, evenly; returns how many. */
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
