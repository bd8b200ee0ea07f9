/**
 * The fence in WebAssembly threads of your own: a reader in a worker with the light fence inline, and a writer that
 * imports the heavy one. Runs for a while, and prints how many records were read, and how many of them were torn: none.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AsymmetricFence } from 'node-membarrier/fence';
import { bytes } from './hazard-pointer.wasm.js';

const { heavy, strategy } = await AsymmetricFence.create({ fallback: 'error' });
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const module = new WebAssembly.Module(bytes);
const { publish } = new WebAssembly.Instance(module, { memory: { memory }, fence: { heavy } }).exports as {
  publish: (value: number) => void;
};

const worker = new Worker(new URL('reader.js', import.meta.url), { workerData: { module, memory } });
await once(worker, 'message');
const end = performance.now() + 1000;
let published = 0;
while (performance.now() < end) publish(++published);
worker.postMessage('stop');
const [{ read, torn }] = (await once(worker, 'message')) as [{ read: number; torn: number }];

console.log(`strategy ${strategy}: ${published} records published, ${read} read, ${torn} torn`);
