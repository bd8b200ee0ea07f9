/** One way to share the table, under load: `node trial.js KIND SECONDS` prints what was measured, as JSON. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { MessageChannel, Worker } from 'node:worker_threads';
import autocannon from 'autocannon';
import { median } from 'simple-statistics';
import { type Kind, pathOf, ROUTES, type Shared } from './routes.js';
import { createShared } from './tables.js';

export interface Measured {
  /** Requests a second, of both servers. */
  readonly throughput: number;
  /** Latencies, and how late the event loop was: milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly delay: number;
  /** Of the process, less that of an empty one: megabytes. */
  readonly memory: number;
  /** Until a server saw a change: milliseconds, the median. */
  readonly visible: number;
}

const SERVERS = 2;
const empty = process.memoryUsage().rss;

const [, , kind, seconds] = argv as [string, string, Kind, string];
const folder = mkdtempSync(join(tmpdir(), 'routing-'));
try {
  console.log(JSON.stringify(await measure(createShared(kind, folder), Number(seconds))));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

function start(file: string, workerData: object, transferList: MessageChannel['port1'][] = []): Worker {
  return new Worker(new URL(file, import.meta.url), { workerData, transferList });
}

async function measure(shared: Shared, seconds: number): Promise<Measured> {
  const channels = Array.from({ length: SERVERS }, () => new MessageChannel());
  const servers = channels.map(({ port2 }) => start('server.js', { ...shared, port: port2 }, [port2]));
  const urls = await Promise.all(
    servers.map(async (server) => `http://127.0.0.1:${(await once(server, 'message'))[0]}`),
  );
  const ports = channels.map(({ port1 }) => port1);
  const updater = start('updater.js', { shared, ports }, ports);
  await once(updater, 'message');

  for (const server of servers) server.postMessage('begin');
  const requests = Array.from({ length: 1000 }, () => ({ path: pathOf(Math.floor(Math.random() * ROUTES)) }));
  const results = await Promise.all(
    urls.map((url) => autocannon({ url, connections: 8, duration: seconds, requests })),
  );
  const failed = results.reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0);
  if (failed > 0) throw new Error(`${failed} requests went wrong`);
  const memory = (process.memoryUsage().rss - empty) / 1e6;
  const reports = await Promise.all(
    servers.map(async (server) => {
      server.postMessage('report');
      return (await once(server, 'message'))[0] as { delay: number; visible: number[] };
    }),
  );
  const seen = reports.flatMap(({ visible }) => visible);
  return {
    throughput: results.reduce((sum, { requests }) => sum + requests.average, 0),
    p50: Math.max(...results.map(({ latency }) => latency.p50)),
    p99: Math.max(...results.map(({ latency }) => latency.p99)),
    delay: Math.max(...reports.map(({ delay }) => delay)),
    memory,
    visible: seen.length === 0 ? Number.NaN : median(seen),
  };
}
