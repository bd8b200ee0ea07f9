import { parentPort } from 'node:worker_threads';
import { membarrier } from 'node-membarrier';
import { outcomeOf } from './outcome.js';

export interface WorkerReport {
  readonly isRegistered: boolean;
  readonly barrier: string;
}

parentPort?.on('message', () => {
  const report: WorkerReport = {
    isRegistered: membarrier.isRegistered('PRIVATE_EXPEDITED'),
    barrier: outcomeOf(membarrier.privateExpedited),
  };
  parentPort?.postMessage(report);
});
