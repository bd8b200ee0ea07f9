/**
 * A program for runtimes that have the Web's Worker (Deno, Bun): the main thread holds a lock, and a worker asks for it
 * and ends in a read-side critical section. Prints what came of it as JSON. Imports the library by file, as every
 * runtime can.
 */
import { isMainThread, threadId } from 'node:worker_threads';
import { AsymmetricFence, BiasedLock } from '../../../lib/fence/index.js';
import { tokenOfThisThread } from '../../../lib/fence/token.js';
import { RcuDomain, type RcuHandle } from '../../../lib/rcu/index.js';

interface WebWorker {
  onmessage: (event: { readonly data: unknown }) => void;
  postMessage(message: unknown): void;
  terminate(): void;
}

declare const Worker: new (url: string, options: { type: 'module' }) => WebWorker;

interface Shared {
  readonly words: Int32Array;
  readonly handle: RcuHandle;
}

const isWorker = !isMainThread || 'WorkerGlobalScope' in globalThis;
const fence = await AsymmetricFence.create();

function takePart({ words, handle }: Shared): object {
  const taken = new BiasedLock(fence, words).tryLock();
  RcuDomain.attach(handle).registerReader().readLock();
  return { threadId, token: tokenOfThisThread(), taken };
}

async function main(): Promise<void> {
  const words = new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
  new BiasedLock(fence, words).lock();
  const domain = await RcuDomain.create({ maxReaders: 1 });
  const worker = new Worker(import.meta.url, { type: 'module' });
  const theirs = await new Promise((resolve) => {
    worker.onmessage = ({ data }) =>
      data === 'ready' ? worker.postMessage({ words, handle: domain.handle }) : resolve(data);
  });
  worker.terminate();
  await domain.synchronize();
  const ours = { threadId, token: tokenOfThisThread() };
  console.log(JSON.stringify({ strategy: fence.strategy, ours, theirs, readers: domain.stats().readers }));
}

if (isWorker) {
  const self = globalThis as unknown as WebWorker;
  self.onmessage = ({ data }) => self.postMessage(takePart(data as Shared));
  self.postMessage('ready');
} else {
  await main();
  process.exit();
}
