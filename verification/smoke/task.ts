/** What both threads of the smoke test know. */
import type { SharedMapHandle } from 'node-membarrier/collections';
import type { RcuHandle } from 'node-membarrier/rcu';

export interface Task {
  readonly words: Int32Array;
  readonly domain: RcuHandle;
  readonly map: SharedMapHandle;
}

/** Each of the two threads takes the lock so often. */
export const ROUNDS = 2000;

/** Words, besides those of records.ts: the lock, what it protects, and whether it is over. */
export const [LOCK, COUNT, END] = [0, 8, 24] as const;
