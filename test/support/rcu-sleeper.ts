/** A worker that enters a section and stays. */
import { parentPort, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';

RcuDomain.attach(workerData as RcuHandle)
  .registerReader()
  .readLock();
parentPort?.postMessage('inside');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
