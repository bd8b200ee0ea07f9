/** The thread that changes routes, a hundred times a second: one of them is the route that the servers watch. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { CHANGES_PER_SECOND, pathOf, ROUTES, routeOf, type Shared, WATCHED } from './routes.js';
import { openUpdates } from './tables.js';

const { shared, ports } = workerData as { shared: Shared; ports: MessagePort[] };
const updates = openUpdates(shared, ports);
let changes = 0;

setInterval(() => {
  const i = Math.floor(Math.random() * ROUTES);
  updates.set(changes++ % 10 === 0 ? WATCHED : pathOf(i), routeOf(i));
}, 1000 / CHANGES_PER_SECOND);

parentPort?.postMessage('started');
