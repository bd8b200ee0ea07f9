/** The smoke test as a program: prints what it has found, as JSON. */
import { Worker } from 'node:worker_threads';
import { smoke } from './smoke.js';

console.log(
  JSON.stringify(await smoke((workerData) => new Worker(new URL('./worker.js', import.meta.url), { workerData }))),
);
