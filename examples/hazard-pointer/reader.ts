/** Reads until the stop word is set. It makes no call but into WebAssembly, where its fences are. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

const { module, memory } = workerData as { module: WebAssembly.Module; memory: WebAssembly.Memory };
// The module imports both sides' needs; a reader never calls this one.
const heavy = () => {};
const { read } = new WebAssembly.Instance(module, { memory: { memory }, fence: { heavy } }).exports as {
  read: () => number;
};

const counts = { read: 0, torn: 0 };
parentPort?.postMessage('reading');
while (parentPort !== null && receiveMessageOnPort(parentPort) === undefined) {
  for (let i = 0; i < 100_000; i++) {
    counts.read++;
    if (read() === 0) counts.torn++;
  }
}
parentPort?.postMessage(counts);
