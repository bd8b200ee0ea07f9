/** The four ways to share a table of routes among the threads of a server. */
import type { MessagePort } from 'node:worker_threads';
import { open } from 'lmdb';
import { SharedMap, type SharedMapHandle } from 'node-membarrier/collections';
import { pathOf, ROUTES, type Route, routeOf, type Shared, type Table, type Updates, WATCHED } from './routes.js';

function* allRoutes(): Generator<[string, Route]> {
  for (let i = 0; i < ROUTES; i++) yield [pathOf(i), routeOf(i)];
  yield [WATCHED, routeOf(0)];
}

/** In a server. */
export function openTable({ kind, handle, folder, port }: Shared): Table {
  if (kind === 'SharedMap') return SharedMap.attach<string, Route>(handle as SharedMapHandle);
  if (kind === 'lmdb') return open<Route, string>({ path: folder as string, encoding: 'json' });
  let map = new Map(allRoutes());
  port?.on('message', (message: [string, Route] | Map<string, Route>) => {
    if (message instanceof Map) map = message;
    else map.set(...message);
  });
  return { get: (path) => map.get(path) };
}

/** In the main thread, before the servers start: what they are started with. */
export function createShared(kind: Shared['kind'], folder: string): Shared {
  if (kind === 'SharedMap') {
    const map = SharedMap.createSync<string, Route>();
    map.setMany(allRoutes());
    return { kind, handle: map.handle };
  }
  if (kind === 'lmdb') {
    const store = open<Route, string>({ path: folder, encoding: 'json' });
    store.transactionSync(() => {
      for (const [path, route] of allRoutes()) void store.put(path, route);
    });
  }
  return { kind, folder };
}

/** In the updater. Copies of the whole table are sent once a second: more often would leave time for nothing else. */
export function openUpdates({ kind, handle, folder }: Shared, ports: readonly MessagePort[]): Updates {
  if (kind === 'SharedMap') return SharedMap.attach<string, Route>(handle as SharedMapHandle);
  if (kind === 'lmdb') {
    const store = open<Route, string>({ path: folder as string, encoding: 'json' });
    return { set: (path, route) => void store.put(path, route) };
  }
  const map = new Map(allRoutes());
  const send = (message: unknown) => {
    for (const port of ports) port.postMessage(message);
  };
  if (kind === 'copies') setInterval(() => send(map), 1000);
  return {
    set(path, route) {
      map.set(path, route);
      if (kind === 'deltas') send([path, route]);
    },
  };
}
