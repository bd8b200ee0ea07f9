import { Worker } from 'node:worker_threads';
import { SharedMap } from 'node-membarrier/collections';

const routes = await SharedMap.create<string, string>();
routes.set('/users', 'host-1');

const worker = new Worker(new URL('./reader.js', import.meta.url), { workerData: routes.handle });
worker.once('message', () => {
  routes.set('/users', 'host-2');
  worker.postMessage('read again');
});
