import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { SharedMap } from 'node-membarrier/collections';

interface Route {
  readonly host: string;
  readonly port: number;
}

if (isMainThread) {
  const routes = await SharedMap.create<string, Route>();
  routes.set('/users', { host: '10.0.0.1', port: 8080 });

  const worker = new Worker(new URL(import.meta.url), { workerData: { routes: routes.handle } });
  console.log('worker:', (await once(worker, 'message'))[0]);

  routes.set('/users', { host: '10.0.0.2', port: 8080 }); // every worker sees it at its next get()
  worker.postMessage('again');
  console.log('worker:', (await once(worker, 'message'))[0]);
} else {
  const routes = SharedMap.attach<string, Route>(workerData.routes);
  parentPort?.postMessage(routes.get('/users'));
  parentPort?.once('message', () => parentPort?.postMessage(routes.get('/users')));
}
