/**
 * Each feature of the package that rests on one of the host's, tried by itself: prints those that fail, with the code
 * of their error. Runtimes other than Node.js may lack some.
 */
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { membarrier } from 'node-membarrier';
import { SharedCell, SharedMap } from 'node-membarrier/collections';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';

/** In milliseconds. */
const PATIENCE = 10_000;

function equal(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${String(actual)}, not ${String(expected)}`);
}

/** A worker that runs this code as a module. */
function start(code: string, workerData: unknown): Worker {
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData });
}

const from = (name: string) => import.meta.resolve(name);

const features: Readonly<Record<string, () => unknown>> = {
  'every barrier': async () => {
    for (const command of ['GLOBAL_EXPEDITED', 'PRIVATE_EXPEDITED', 'PRIVATE_EXPEDITED_SYNC_CORE'] as const) {
      if (membarrier.isSupported(command)) (await membarrier.register(command))();
    }
    await membarrier.global();
    equal(membarrier.attempt('QUERY').ok, true);
  },
  'errors are typed': () => {
    try {
      membarrier.registerSync('NONSENSE' as 'GLOBAL_EXPEDITED');
    } catch (error) {
      equal((error as { code: string }).code, 'ERR_OUT_OF_RANGE');
      return;
    }
    throw new Error('accepted');
  },
  'a fence': async () => {
    const { light, heavy } = await AsymmetricFence.create();
    light();
    heavy();
  },
  'a lock whose owner is terminated': async () => {
    const words = new Int32Array(new SharedArrayBuffer(64));
    const code = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { AsymmetricFence, BiasedLock } from '${from('node-membarrier/fence')}';
      new BiasedLock(AsymmetricFence.createSync(), workerData).lock();
      parentPort.postMessage('held');
      setInterval(() => {}, 1000);`;
    const worker = start(code, words);
    await once(worker, 'message');
    await worker.terminate();
    const lock = new BiasedLock(await AsymmetricFence.create(), words);
    equal(
      lock.withLock(() => 'taken'),
      'taken',
    );
  },
  'grace periods and callbacks': async () => {
    const domain = await RcuDomain.create();
    equal(
      domain.registerReader().read(() => 1),
      1,
    );
    await domain.synchronize();
    await new Promise<void>((resolve) => {
      domain.callRcu(resolve);
    });
    await domain.barrier();
    domain.synchronizeSync();
  },
  'the event-loop flavor, with a thread whose loop is idle': async () => {
    const domain = await RcuDomain.create({ flavor: 'qsbr' });
    const code = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { RcuDomain } from '${from('node-membarrier/rcu')}';
      RcuDomain.attach(workerData).registerReader();
      parentPort.on('message', () => {});
      parentPort.postMessage('online');`;
    const worker = start(code, domain.handle);
    await once(worker, 'message');
    domain.registerReader();
    for (let i = 0; i < 20; i++) await domain.synchronize();
    domain.synchronizeSync();
    await worker.terminate();
    await domain.synchronize();
  },
  'a reader that is terminated in a section': async () => {
    const domain = await RcuDomain.create();
    const code = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { RcuDomain } from '${from('node-membarrier/rcu')}';
      RcuDomain.attach(workerData).registerReader().readLock();
      parentPort.postMessage('inside');
      setInterval(() => {}, 1000);`;
    const worker = start(code, domain.handle);
    await once(worker, 'message');
    const over = domain.synchronize();
    await worker.terminate();
    await over;
  },
  'an abort signal': async () => {
    const domain = await RcuDomain.create();
    const reason = new Error('enough');
    const waited = domain.synchronize({ signal: AbortSignal.abort(reason) });
    equal(await waited.catch((error) => error), reason);
  },
  'a stall is reported': async () => {
    const domain = await RcuDomain.create({ stallTimeout: 50 });
    const code = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { RcuDomain } from '${from('node-membarrier/rcu')}';
      const { readLock, readUnlock } = RcuDomain.attach(workerData).registerReader();
      readLock();
      parentPort.postMessage('inside');
      setTimeout(readUnlock, 500);`;
    const worker = start(code, domain.handle);
    await once(worker, 'message');
    const warned = once(process, 'warning');
    await domain.synchronize();
    const [{ name }] = (await warned) as [Error];
    equal(name, 'RcuStallWarning');
    await worker.terminate();
  },
  'a map of each kind of value': async () => {
    for (const [codec, value] of [
      ['json', 'text'],
      ['string', 'text'],
    ] as const) {
      const map = await SharedMap.create<string, string>({ codec });
      equal(map.set('a', value).get('a'), value);
    }
    const map = await SharedMap.create<string, Uint8Array>({ codec: 'bytes' });
    equal(map.set('a', new Uint8Array([1, 2])).get('a')?.length, 2);
  },
  'a map that another thread changes, subscribed to': async () => {
    const map = await SharedMap.create<string, number>();
    const code = `
      import { workerData } from 'node:worker_threads';
      import { SharedMap } from '${from('node-membarrier/collections')}';
      SharedMap.attach(workerData).set('a', 1);`;
    const changed = new Promise<void>((resolve) => {
      map.subscribe(resolve);
    });
    const worker = start(code, map.handle);
    await changed;
    equal(map.get('a'), 1);
    await worker.terminate();
  },
  'a cell': async () => {
    const cell = await SharedCell.create<number>(1);
    cell.publish(2);
    equal(cell.value, 2);
  },
  'a second copy of a handle, by postMessage': async () => {
    const domain = await RcuDomain.create();
    const { port1, port2 } = new MessageChannel();
    const arrived = once(port2, 'message');
    port1.postMessage(domain.handle);
    const [handle] = (await arrived) as [typeof domain.handle];
    RcuDomain.attach(handle).registerReader();
    equal(domain.stats().readers, 1);
    port1.close();
    port2.close();
  },
};

const failed: string[] = [];
for (const [name, attempt] of Object.entries(features)) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('no answer')), PATIENCE).unref();
  });
  try {
    await Promise.race([attempt(), late]);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    failed.push(`${name}: ${code ?? message}`);
  }
}
console.log(JSON.stringify(failed));
process.exit();
