/** A server: answers each request with the route of its path. Says how late its event loop is, and changes are. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { type Shared, WATCHED } from './routes.js';
import { openTable } from './tables.js';

const table = openTable(workerData as Shared);

const server = createServer((request, response) => {
  const route = table.get(request.url ?? '');
  if (route === undefined) response.writeHead(404).end();
  else response.end(`${route.host}:${route.port}`);
});

const delay = monitorEventLoopDelay({ resolution: 1 });
const visible: number[] = [];
let last = table.get(WATCHED)?.changed;

/** Looks once a millisecond, as a request would now and then. */
setInterval(() => {
  const changed = table.get(WATCHED)?.changed;
  if (changed === undefined || changed === last) return;
  last = changed;
  visible.push(Number(process.hrtime.bigint() - BigInt(changed)) / 1e6);
}, 1).unref();

parentPort?.on('message', (message: 'begin' | 'report') => {
  if (message === 'begin') {
    delay.enable();
    visible.length = 0;
  } else {
    parentPort?.postMessage({ delay: delay.percentile(99) / 1e6, visible });
  }
});

server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
