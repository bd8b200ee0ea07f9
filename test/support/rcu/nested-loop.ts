/**
 * A callback that runs the event loop inside itself, as deasync does, while another thread waits for grace periods.
 * Takes the path of nested-loop.c, compiled. Prints for each kind of callback whether one ended inside it (it must
 * not), and whether one ended afterwards.
 */
import { createRequire } from 'node:module';
import { argv } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, MessageChannel, Worker, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';

interface Task {
  readonly handle: RcuHandle;
  readonly ended: Int32Array;
}

/** How long the loop is run inside a callback, in milliseconds. */
const INSIDE = 60;

if (isMainThread) await main(argv[2] as string);
else await update(workerData as Task);

async function update({ handle, ended }: Task): Promise<void> {
  const domain = RcuDomain.attach(handle);
  for (;;) {
    await domain.synchronize();
    Atomics.add(ended, 0, 1);
  }
}

async function main(addon: string): Promise<void> {
  const { runOnce } = createRequire(import.meta.url)(addon) as { runOnce: () => void };
  const { _tickCallback: runMicrotasks } = process as unknown as { _tickCallback: () => void };
  const domain = RcuDomain.createSync({ flavor: 'qsbr' });
  domain.registerReader();
  const ended = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: { handle: domain.handle, ended } satisfies Task });
  while (Atomics.load(ended, 0) < 100) await sleep(1); // so that this thread knows the depth of its stack

  /** Whether two grace periods have ended: one may have been about to. */
  function nest(): boolean {
    const before = Atomics.load(ended, 0);
    for (const end = performance.now() + INSIDE; performance.now() < end; ) {
      runMicrotasks();
      runOnce();
    }
    return Atomics.load(ended, 0) > before + 1;
  }

  async function within(kind: string, call: (callback: () => void) => void): Promise<void> {
    const isOver = await new Promise<boolean>((resolve) => call(() => resolve(nest())));
    const before = Atomics.load(ended, 0);
    while (Atomics.load(ended, 0) < before + 10) await sleep(1);
    console.log(`${kind}: ${isOver ? 'ended inside' : 'waited for'}, and went on`);
  }

  const registry = new FinalizationRegistry<() => void>((callback) => callback());
  await within('timer', (callback) => setTimeout(callback, 1));
  await within('immediate', (callback) => setImmediate(callback));
  await within('tick', (callback) => process.nextTick(callback));
  await within('message', (callback) => {
    const { port1, port2 } = new MessageChannel();
    port1.once('message', () => {
      callback();
      port1.close();
    });
    port2.postMessage('');
  });
  await within('finalizer', (callback) => {
    registry.register({}, callback);
    setTimeout(() => (globalThis as { gc?: () => void }).gc?.(), 1);
  });
  await worker.terminate();
}
