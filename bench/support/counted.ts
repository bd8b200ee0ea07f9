/**
 * Samples that stand for a number of running siblings, which the interrupts tell: 0.95 to 1.05 a barrier where the sibling is to
 * be running, at most 0.05 where none is. Others are discarded. Who counted from below only would take the interrupts of other
 * processes for those of barriers that have not been issued.
 */
import { harness, type LoopResult } from './harness.js';
import { interruptsDuring } from './interrupts.js';
import { printRows, type Row } from './report.js';
import type { Contender } from './samples.js';

/** The CPUs of the main thread, which is pinned from here on, and of the sibling, if there is another. */
export const [here, there] = pinned();

function pinned(): [number, number?] {
  const [here, there] = harness.affinity();
  if (here === undefined || harness.pin(here) !== 0) throw new Error('cannot pin the main thread');
  return there === undefined ? [here] : [here, there];
}

/** Whether a running sibling can be had, and seen. */
export function canCountSibling(): boolean {
  return there !== undefined && interruptsDuring(there, () => {}) !== undefined;
}

export const alone =
  (calls: number) =>
  (sample: Contender): Contender =>
    counted(sample, (interrupts) => interrupts <= 0.05 * calls);

export const reaching =
  (calls: number) =>
  (sample: Contender): Contender =>
    counted(sample, (interrupts) => interrupts >= 0.95 * calls && interrupts <= 1.05 * calls);

function counted(sample: Contender, fits: (interrupts: number) => boolean): Contender {
  return () => {
    let cost: number | undefined;
    const interrupts = interruptsDuring(there ?? -1, () => {
      cost = sample();
    });
    return interrupts === undefined || fits(interrupts) ? cost : undefined;
  };
}

/** Nanoseconds per call of a C loop. */
export function each({ nanoseconds, answer }: LoopResult, calls: number): number {
  if (answer < 0) throw new Error(`a C loop ended with ${answer}`);
  return nanoseconds / calls;
}

export function printCounted(title: string, kept: number, discarded: number, rows: Row[]): void {
  const rounds = `${kept} rounds kept, ${discarded} discarded for the number of running siblings`;
  if (kept < 100) console.log(`\n${title}: not measured (${rounds})`);
  else {
    printRows(title, rows);
    console.log(rounds);
  }
}
