/** A fresh process that registers all it can, in one of three ways, and prints how long each took. */
import { argv } from 'node:process';
import { Command, membarrier, type Registrable } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { available, registerCommandOf } from '../measure/barriers.js';
import { nanosecondsEach, rotated } from '../measure/samples.js';

export type Way = 'c' | 'raw' | 'facade';

/** Microseconds. */
export interface Registered {
  readonly kind: Registrable;
  readonly first: number;
  readonly again: number;
}

const AGAIN = 100;
const [way, turn] = argv.slice(2) as [Way, string];
const kinds = rotated(available, Number(turn));

const times: Record<Way, (kind: Registrable, calls: number) => number> = {
  c: (kind, calls) => harness.libcLoop(Command[registerCommandOf(kind)], 0, 0, calls).nanoseconds / calls,
  raw: (kind, calls) =>
    nanosecondsEach(calls, (calls) => {
      for (let i = 0; i < calls; i++) membarrier.raw(Command[registerCommandOf(kind)]);
    }),
  facade: (kind, calls) =>
    nanosecondsEach(calls, (calls) => {
      for (let i = 0; i < calls; i++) membarrier.registerSync(kind);
    }),
};

const found = kinds.map((kind): Registered => {
  const first = times[way](kind, 1) / 1000;
  return { kind, first, again: times[way](kind, AGAIN) / 1000 };
});
console.log(JSON.stringify(found));
