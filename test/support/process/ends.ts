/** The ways in which a worker may end. */
import { exit } from 'node:process';

/** By whom: another thread, by terminate() in an endless loop or in Atomics.wait; or itself. */
export const ends = ['loop', 'wait', 'throw', 'exit', 'outOfMemory', 'naturally'] as const;
export type End = (typeof ends)[number];

/** What it throws, and nobody should wonder at. */
export const PURPOSE = 'on purpose';

/** What none comes back from, but for the end that 'wait' leaves to another thread. */
export const die = {
  wait(): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  throw(): never {
    throw new Error(PURPOSE);
  },
  exit(): never {
    exit(3);
  },
  outOfMemory(): never {
    const hoard: unknown[] = [];
    for (;;) hoard.push(Array.from({ length: 10_000 }, Object));
  },
};
