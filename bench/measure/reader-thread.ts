/** A worker that is one reader of a domain, pinned to a CPU. It sleeps until it gets a task. */
import type { RcuDomain, RcuHandle } from 'node-membarrier/rcu';
import { startWorker, type ToldWorker } from '../../harness/worker.js';
import type { ReadSideName } from './read-sides.js';

export interface ReaderData {
  readonly name: ReadSideName;
  readonly handle: RcuHandle;
}

export const Activity = {
  /** Enters and leaves, all the time. */
  RUN: 1,
  /** Reads the record all the time, and says how often, and how often it was torn or freed. */
  LOOK: 2,
  /** Enters and leaves so many times, and says how many nanoseconds that took. */
  MEASURE: 3,
  /** Stays in one section for so many milliseconds, and does not sleep. */
  HOLD: 4,
} as const;

export function startReaderThread(domain: RcuDomain, name: ReadSideName, cpu: number): Promise<ToldWorker> {
  const data: ReaderData = { name, handle: domain.handle };
  return startWorker(new URL('reader-thread-worker.js', import.meta.url), cpu, data);
}

/** Nanoseconds that a section takes the reader; meanwhile this thread calls `beside`, if given, again and again. */
export function measureReader(reader: ToldWorker, times: number, beside?: () => void): number {
  reader.begin(Activity.MEASURE, times);
  if (beside !== undefined) while (!reader.isDone()) beside();
  reader.finish();
  return reader.found()[0] / times;
}
