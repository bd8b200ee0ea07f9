/** A main thread that loads the library only after a worker has loaded it, registered, and ended. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const register = `import('node-membarrier').then(({ membarrier }) => membarrier.register('PRIVATE_EXPEDITED')).then(
  () => require('node:worker_threads').parentPort.postMessage('registered'))`;

// Evaluated code resolves from the working folder: the worker gets the place of this package.
const worker = new Worker(register.replace('node-membarrier', import.meta.resolve('node-membarrier')), { eval: true });
const [message] = await once(worker, 'message');
await worker.terminate();

const { membarrier } = await import('node-membarrier');
const main = membarrier.isRegistered('PRIVATE_EXPEDITED');
membarrier.privateExpedited();
console.log(JSON.stringify({ worker: message, main, barrier: 'issued' }));
