/** What SharedMap and SharedCell say when they are used in the wrong way. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Codec, SharedCell, SharedMap } from 'node-membarrier/collections';
import t, { type Test } from 'tap';
import { checkForm, checkMessage } from '../support/messages.js';
import { runBare } from '../support/process/fresh.js';

const check = (t: Test, act: () => unknown, code: string, message: string) =>
  checkMessage(t, act, 'CollectionError', code, message);

t.test('handles', async (t) => {
  const map = SharedMap.createSync();
  await check(
    t,
    () => SharedMap.attach(JSON.parse(JSON.stringify(map.handle))),
    'ERR_COLLECTION_FOREIGN_HANDLE',
    'This is not the handle of a SharedMap. Pass its `handle` to a worker of the same process, through workerData or ' +
      'postMessage, and what arrives there to attach(). cluster and child_process cannot share memory',
  );
  await check(
    t,
    () => SharedMap.attach(map.handle, { near: 5 }),
    'ERR_COLLECTION_ATTACHED',
    'This thread has already attached to the collection, with near: 8192, and attach() returns the same object ' +
      'again. Pass the same number, or leave the option out',
  );
  map[Symbol.dispose]();
  await check(
    t,
    () => map.get('a'),
    'ERR_COLLECTION_DISPOSED',
    'This thread disposed of the collection. Call attach() with its handle again',
  );
});

t.test('codecs', async (t) => {
  const codec: Codec<number> = {
    name: 'mine',
    encode: (n) => new Uint8Array([n]),
    decode: () => {
      throw new Error('broken');
    },
  };
  const map = SharedMap.createSync<string, number>({ codec });
  map.set('a', 1);
  await check(
    t,
    () => map.get('a'),
    'ERR_COLLECTION_DECODE',
    'The codec "mine" cannot decode the value for key "a" (see the cause). Pass the same codec to attach() ' +
      'in all threads',
  );
  await check(
    t,
    () => SharedMap.attach(map.handle, { codec: 'json' }),
    'ERR_COLLECTION_CODEC',
    'The collection was created with the codec "mine"; attach() was called with "json". Pass the codec that create() ' +
      'was called with',
  );
  map[Symbol.dispose]();
  await check(
    t,
    () => SharedMap.attach(map.handle),
    'ERR_COLLECTION_CODEC',
    'The collection was created with the codec "mine"; pass that codec to attach() as options.codec',
  );
  const json = SharedMap.createSync<string, unknown>();
  await check(
    t,
    () => json.set('a', 1n),
    'ERR_COLLECTION_ENCODE',
    'The codec "json" cannot encode the value for key "a": Do not know how to serialize a BigInt. Nothing was changed',
  );
  await check(
    t,
    () => json.getBytes('a', new Uint8Array(1)),
    'ERR_COLLECTION_CODEC',
    "getBytes() works on bytes, but the collection's codec is 'json'. Read the decoded value instead, or create the " +
      "collection with the codec 'bytes'",
  );
  const text = SharedMap.createSync<string, string>({ codec: 'string' });
  await check(
    t,
    () => text.set('a', 5 as never),
    'ERR_COLLECTION_ENCODE',
    'The codec "string" cannot encode the value for key "a": the value must be a string. Received 5. Nothing was ' +
      'changed',
  );
});

t.test('room', async (t) => {
  const map = SharedMap.createSync<string, string>({ maxBytes: 65_536, codec: 'string' });
  await check(
    t,
    () => map.set('a', 'x'.repeat(70_000)),
    'ERR_COLLECTION_FULL',
    'No room for the value for key "a": the collection is full (65536 bytes). Nothing was changed. Create the ' +
      'collection with a larger maxBytes, or delete keys',
  );
  const bytes = SharedMap.createSync<string, Uint8Array>({ codec: 'bytes' });
  bytes.set('a', new Uint8Array(3));
  await checkMessage(
    t,
    () => bytes.getBytes('a', new Uint8Array(2)),
    'RangeError',
    'ERR_OUT_OF_RANGE',
    'The argument "into" must be at least 3 bytes long, as the value is. Received 2 bytes',
  );
  await checkMessage(
    t,
    () => bytes.get('x'.repeat(5000)),
    'RangeError',
    'ERR_OUT_OF_RANGE',
    'The argument "key" must be at most 4096 characters long. Received 5000 characters',
  );
});

t.test('callbacks', async (t) => {
  const map = SharedMap.createSync<string, number>();
  map.set('a', 1);
  await check(
    t,
    () =>
      map.update('a', (n) => {
        map.set('a', (n ?? 0) + 1);
        return n;
      }),
    'ERR_COLLECTION_UPDATE',
    'The callback of update() itself changed key "a" in each of 100 runs, so the update was never current. Return ' +
      'the new value, and do not change the map in the callback',
  );
  await checkMessage(
    t,
    () => map.update('a', (async () => 1) as never),
    'TypeError',
    'ERR_INVALID_RETURN_VALUE',
    'The callback of update() returned a promise. Nothing was changed. Do asynchronous work first, then call update()',
  );
  const cell = SharedCell.createSync(new Uint8Array(1), { codec: 'bytes' });
  await check(
    t,
    () => cell.read(() => cell[Symbol.dispose]()),
    'ERR_COLLECTION_INSIDE',
    'Cannot dispose of the collection: this thread is inside its read(). Do it after read() has returned',
  );
});

t.test('threads', async (t) => {
  const map = SharedMap.createSync({ maxThreads: 1 });
  const { handle } = map;
  const { message } = await attachElsewhere(handle);
  t.equal(
    message,
    'The SharedMap is in use by as many threads as its option maxThreads allows. Create it with a larger maxThreads, ' +
      'or dispose of it in threads that no longer need it',
  );
});

async function attachElsewhere(handle: unknown): Promise<{ message: string }> {
  const script = `
    const { workerData, parentPort } = require('node:worker_threads');
    import('${import.meta.resolve('node-membarrier/collections')}').then(({ SharedMap }) => {
      try { SharedMap.attach(workerData); } catch ({ message }) { parentPort.postMessage({ message }); }
    });`;
  const worker = new Worker(script, { eval: true, workerData: handle, env: {} });
  const [answer] = (await once(worker, 'message')) as [{ message: string }];
  await worker.terminate();
  return answer;
}

t.test('--jitless', async (t) => {
  const script = `
    import { SharedMap } from '${import.meta.resolve('node-membarrier/collections')}';
    try { SharedMap.createSync(); } catch ({ message }) { process.stdout.write(message); }`;
  const { stdout } = await runBare(['--jitless', '--no-warnings', '--input-type=module', '--eval', script]);
  t.equal(
    stdout,
    'Cannot create the SharedMap: V8 has no shared WebAssembly memory for it. Start Node.js without --jitless. Where ' +
      'addresses are limited (ulimit -v), raise the limit, since V8 reserves about 10 GB for each collection, or ' +
      'start with --disable-wasm-trap-handler',
  );
  checkForm(t, stdout);
});
