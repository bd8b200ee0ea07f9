/** Objects of another realm (node:vm, the environments of test runners) are recognized by what they are. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { MessageChannel, type MessagePort, moveMessagePortToContext } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';
import t from 'tap';
import { runBare } from '../support/process/fresh.js';

t.test('a handle that another realm has received', async (t) => {
  const domain = RcuDomain.createSync();
  const context = createContext({});
  const { port1, port2 } = new MessageChannel();
  const port = moveMessagePortToContext(port2, context) as MessagePort & {
    onmessage: (event: { data: unknown }) => void;
  };
  const received = new Promise<{ memory: object }>((resolve) => {
    port.onmessage = ({ data }) => resolve(data as { memory: object });
  });
  port.start();
  port1.postMessage(domain.handle);
  const handle = await received;
  port1.close();
  t.notOk(handle.memory instanceof WebAssembly.Memory, 'it is of another realm');
  const reader = RcuDomain.attach(handle as unknown as RcuHandle).registerReader();
  t.equal(domain.stats().readers, 1);
  t.equal(
    reader.read(() => 1),
    1,
  );
});

t.test('the package in a realm that has no globals of Node.js', async (t) => {
  const program = fileURLToPath(new URL('../support/process/realm-program.js', import.meta.url));
  const { status, stdout, stderr } = await runBare(['--experimental-vm-modules', '--no-warnings', program]);
  t.strictSame({ status, stdout }, { status: 0, stdout: 'readers 1\nreaders 0\n' }, stderr);
});

t.test('what only looks like a handle is refused', async (t) => {
  const { memory } = RcuDomain.createSync().imports;
  for (const impostor of [Object.create(memory), { buffer: memory.buffer }, new Proxy(memory, {})]) {
    t.throws(() => RcuDomain.attach({ memory: impostor } as unknown as RcuHandle), { code: 'ERR_RCU_FOREIGN_HANDLE' });
  }
});

t.test('an AbortSignal that is not of the class', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  /** As jsdom's: an EventTarget of its own, without throwIfAborted(). */
  const signal = Object.assign(new EventTarget(), { aborted: false, reason: undefined });
  const options = { signal: signal as unknown as AbortSignal };
  await domain.synchronize(options);
  reader.readLock();
  const waiting = domain.synchronize(options);
  Object.assign(signal, { aborted: true, reason: new Error('given up') });
  signal.dispatchEvent(new Event('abort'));
  await t.rejects(waiting, { message: 'given up' });
  await t.rejects(domain.synchronize(options), { message: 'given up' });
  reader.readUnlock();
  for (const impostor of [{}, { aborted: false }, null, 'signal', new EventTarget()]) {
    await t.rejects(domain.synchronize({ signal: impostor as AbortSignal }), { code: 'ERR_INVALID_ARG_TYPE' });
  }
});

t.test('a signal that throws when it is let go of keeps nobody waiting', async (t) => {
  const domain = RcuDomain.createSync();
  const errors: string[] = [];
  const caught = (error: Error) => errors.push(error.message);
  const listeners = process.rawListeners('uncaughtException') as NodeJS.UncaughtExceptionListener[];
  process.removeAllListeners('uncaughtException').on('uncaughtException', caught);
  const signal = {
    aborted: false,
    addEventListener() {},
    removeEventListener() {
      throw new Error('from the signal');
    },
  };
  await Promise.all([
    domain.synchronize({ signal: signal as unknown as AbortSignal }),
    domain.synchronize(),
    domain.barrier(),
  ]);
  while (errors.length === 0) await setImmediate();
  process.removeAllListeners('uncaughtException');
  for (const listener of listeners) process.on('uncaughtException', listener);
  t.strictSame(errors, ['from the signal']);
});

t.test('a callback of another realm, and its async context', async (t) => {
  const domain = RcuDomain.createSync();
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const context = createContext({ seen, store: () => storage.getStore() });
  storage.run('theirs', () => domain.callRcu(runInContext('() => seen.push(store())', context) as () => void));
  await domain.barrier();
  t.strictSame(seen, ['theirs']);
});
