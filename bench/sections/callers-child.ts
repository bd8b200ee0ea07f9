/**
 * A fresh process that registers all it can, or nothing, and prints what calls cost it that need no registration:
 * medians.
 */
import { argv } from 'node:process';
import { Command, membarrier } from 'node-membarrier';
import { available } from '../measure/barriers.js';
import { nanosecondsEach, summarize } from '../measure/samples.js';

/** Nanoseconds, and milliseconds. */
export interface Caller {
  readonly GLOBAL_EXPEDITED: number;
  readonly GLOBAL: number;
}

if (argv[2] === 'registered') for (const kind of available) membarrier.registerSync(kind);

const caller: Caller = {
  GLOBAL_EXPEDITED: medianOf('GLOBAL_EXPEDITED', 300, 200),
  GLOBAL: medianOf('GLOBAL', 3, 1) / 1e6,
};
console.log(JSON.stringify(caller));

function medianOf(command: keyof Caller, samples: number, calls: number): number {
  const sample = () =>
    nanosecondsEach(calls, (calls) => {
      for (let i = 0; i < calls; i++) membarrier.raw(Command[command]);
    });
  return summarize(Array.from({ length: samples }, sample)).median;
}
