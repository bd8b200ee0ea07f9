/**
 * A worker with a Map of its own, which it changes by messages: [key, value], or [key] to delete it. Counts the
 * messages.
 */
import { parentPort, workerData } from 'node:worker_threads';

const map = new Map<string, unknown>();
const count = workerData as Int32Array;

parentPort?.on('message', ([key, value]: [string, unknown]) => {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
  Atomics.add(count, 0, 1);
  Atomics.notify(count, 0);
});
parentPort?.postMessage('ready');
