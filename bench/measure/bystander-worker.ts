/** The bystander: works in small pieces while it is told to, and records how long each took, by window. */
import { createHistogram } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { harness } from '../../harness/index.js';
import { type BystanderData, type Pauses, Word } from './bystander.js';

const TURNS = 1000;
const { words, cpu, windows } = workerData as BystanderData;
const histograms = Array.from({ length: windows }, () => createHistogram());

if (harness.pin(cpu) !== 0) throw new Error(`cannot pin a worker to CPU ${cpu}`);
parentPort?.postMessage('ready');

for (let wanted = next(0); wanted >= 0; wanted = next(wanted)) {
  reach(wanted);
  if (wanted > 0) Atomics.store(words, Word.PIECES, work(wanted));
}
parentPort?.postMessage(
  histograms.map((histogram): Pauses => {
    if (histogram.count === 0) return { piece: 0, p999: 0, longest: 0 };
    return { piece: histogram.percentile(50), p999: histogram.percentile(99.9), longest: histogram.max };
  }),
);

/** Sleeps while nothing else is wanted. */
function next(than: number): number {
  Atomics.wait(words, Word.WANTED, than);
  return Atomics.load(words, Word.WANTED);
}

function reach(wanted: number): void {
  Atomics.store(words, Word.REACHED, wanted);
  Atomics.notify(words, Word.REACHED);
}

function work(window: number): number {
  const histogram = histograms[window - 1];
  let pieces = 0;
  let before = performance.now();
  while (Atomics.load(words, Word.WANTED) === window) {
    for (let i = 0; i < TURNS; i++);
    const now = performance.now();
    histogram?.record(Math.max(1, Math.round(1e6 * (now - before))));
    before = now;
    pieces++;
  }
  return pieces;
}
