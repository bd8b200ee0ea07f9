/** Workers that are terminated in the middle of a registration, one for each kind. Prints what is left. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { membarrier, type Registrable } from 'node-membarrier';
import { registrables } from './kernel.js';

if (isMainThread) {
  const statuses: number[] = [];
  for (const [delay, kind] of registrables.entries()) {
    const worker = new Worker(new URL(import.meta.url), { workerData: kind });
    await once(worker, 'message');
    await setTimeout(delay);
    statuses.push(await worker.terminate());
  }
  for (const kind of registrables) membarrier.registerSync(kind)();
  console.log(JSON.stringify({ statuses, held: registrables.filter(membarrier.isRegistered) }));
} else {
  const kind = workerData as Registrable;
  const underWay = !membarrier.isRegistered(kind) && membarrier.register(kind);
  parentPort?.postMessage('registering');
  await underWay;
  await new Promise(() => setInterval(() => {}, 1000));
}
