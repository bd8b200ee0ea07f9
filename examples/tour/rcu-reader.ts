/** Reads the current record in sections until it is stopped; or enters one and never leaves. */
import { parentPort, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';

export interface ReaderData {
  readonly rcu: RcuHandle;
  /** Word 0: where the current record is; word 1: 1 when it is time to end; records of two words, whose sum is 42. */
  readonly words: Int32Array;
  readonly stuck: boolean;
}

export interface ReaderReport {
  readonly sections: number;
  readonly wrong: number;
}

const { rcu, words, stuck } = workerData as ReaderData;
const { readLock, readUnlock } = RcuDomain.attach(rcu).registerReader();
parentPort?.postMessage('ready');
if (stuck) {
  readLock();
  for (;;);
}
const report = { sections: 0, wrong: 0 };
while (Atomics.load(words, 1) === 0) {
  for (let i = 0; i < 1000; i++) {
    readLock();
    const record = words[0] as number;
    if ((words[record] as number) + (words[record + 1] as number) !== 42) report.wrong++;
    readUnlock();
  }
  report.sections += 1000;
}
parentPort?.postMessage(report satisfies ReaderReport);
