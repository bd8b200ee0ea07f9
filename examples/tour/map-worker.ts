/** Counts the keys of a map up, or reads them and looks whether any goes back. */
import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'node-membarrier/collections';

export interface MapReport {
  readonly reads: number;
  readonly backwards: number;
}

const { map: handle, role, stop } = workerData as { map: SharedMapHandle; role: string; stop: Int32Array };
const map = SharedMap.attach<string, number>(handle);
parentPort?.postMessage('ready');

if (role === 'writer') for (let n = 1; ; n++) map.set(`key ${1 + (n % 999)}`, n);

const last = new Float64Array(1000);
const report = { reads: 0, backwards: 0 };
while (Atomics.load(stop, 0) === 0) {
  for (let i = 1; i < 1000; i++) {
    const value = map.get(`key ${i}`) as number;
    if (value < (last[i] as number)) report.backwards++;
    last[i] = value;
  }
  report.reads += 999;
}
parentPort?.postMessage(report satisfies MapReport);
