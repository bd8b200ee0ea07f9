/** A thread that subscribes and has nothing else to do ends, although another one changes the map all the time. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'node-membarrier/collections';

const program = new URL(import.meta.url);

if (isMainThread) {
  const map = SharedMap.createSync<string, number>();
  const busy = new Worker(program, { workerData: { handle: map.handle, isBusy: true } });
  busy.once('message', () => {
    const idle = new Worker(program, { workerData: { handle: map.handle, isBusy: false } });
    idle.on('exit', (status) => {
      console.log(`idle ended with ${status}`);
      void busy.terminate();
    });
  });
  map.subscribe(() => {});
} else {
  const { handle, isBusy } = workerData as { handle: SharedMapHandle; isBusy: boolean };
  const map = SharedMap.attach<string, number>(handle);
  if (isBusy) {
    parentPort?.postMessage('busy');
    for (let i = 0; ; i++) map.set('a', i);
  }
  map.subscribe(() => {});
}
