/**
 * A resource that a worker uses all the time, and that the main thread closes and frees under it. The worker never
 * finds it freed, and pays two light fences for that. A thousand resources, one after the other. (A worker that ended
 * in the middle of a use would be waited for; BiasedLock notices that.)
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { AsymmetricFence } from 'node-membarrier/fence';

const RESOURCES = 1000;
/** The words of each, 128 bytes apart. */
const [USING, CLOSED, RESOURCE, WORDS] = [0, 32, 64, 96];
const IN_ORDER = 42;
const FREED = 0;

const view: Int32Array = isMainThread ? new Int32Array(new SharedArrayBuffer(4 * WORDS * RESOURCES)) : workerData;
const fence = await AsymmetricFence.create();

/** False when it is closed. */
function use(at: number, check: (resource: number) => void): boolean {
  view[at + USING] = 1;
  fence.light(); // USING before CLOSED: pairs with the first heavy() of close()
  const open = view[at + CLOSED] === 0;
  if (open) check(view[at + RESOURCE] as number);
  fence.light(); // the use before USING: pairs with the second heavy() of close()
  view[at + USING] = 0;
  return open;
}

function close(at: number): void {
  view[at + CLOSED] = 1;
  fence.heavy(); // CLOSED before USING: the worker sees it is closed, or we see it is used
  while (Atomics.load(view, at + USING) === 1);
  fence.heavy(); // USING before the end: whatever use there was is over
  view[at + RESOURCE] = FREED;
}

if (isMainThread) {
  for (let i = 0; i < RESOURCES; i++) view[i * WORDS + RESOURCE] = IN_ORDER;
  const worker = new Worker(new URL(import.meta.url), { workerData: view });
  await once(worker, 'message');
  for (let i = 0; i < RESOURCES; i++) {
    Atomics.wait(view, i * WORDS + CLOSED, 0, 0.1);
    close(i * WORDS);
  }
  const [{ uses, missed }] = (await once(worker, 'message')) as [{ uses: number; missed: number }];
  console.log(`${uses} uses, ${RESOURCES} resources closed, ${missed} used when freed`);
} else {
  let [uses, missed] = [0, 0];
  const check = (resource: number) => {
    uses++;
    if (resource === FREED) missed++;
  };
  parentPort?.postMessage('using');
  for (let i = 0; i < RESOURCES; i++) while (use(i * WORDS, check));
  parentPort?.postMessage({ uses, missed });
}
