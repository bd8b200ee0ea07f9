import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap } from 'node-membarrier/collections';

const routes = SharedMap.attach<string, string>(workerData);
console.log(routes.get('/users'));

parentPort?.once('message', () => console.log(routes.get('/users')));
parentPort?.postMessage('ready');
