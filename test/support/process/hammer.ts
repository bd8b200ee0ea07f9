/** A worker that issues RSEQ barriers as fast as it can, to one CPU and to all in turns. Posts how many succeeded. */
import { parentPort } from 'node:worker_threads';
import { membarrier } from 'node-membarrier';

const barrier = membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ');
let issued = 0;
for (let i = 0; i < 10_000; i++) {
  barrier(i % 2 === 0 ? { cpu: 0 } : undefined);
  issued++;
}
parentPort?.postMessage(issued);
