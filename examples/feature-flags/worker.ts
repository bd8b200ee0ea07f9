import { parentPort, workerData } from 'node:worker_threads';
import { SharedCell, type SharedCellHandle } from 'node-membarrier/collections';
import type { Flags } from './main.js';

const { name, flags: handle } = workerData as { name: string; flags: SharedCellHandle };
const flags = SharedCell.attach<Flags>(handle);

const show = () =>
  parentPort?.postMessage(`worker ${name}: checkout ${flags.value.checkout}, limit ${flags.value.limit}`);

flags.subscribe(show);
show();
setInterval(() => {}, 1000); // it serves; a subscription alone keeps no thread alive
