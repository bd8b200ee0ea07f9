/** What SharedMap refuses: at once, as a typed error that says what to do, and with nothing changed. */
import { once } from 'node:events';
import { runInNewContext } from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { type Codec, CollectionError, SharedCell, SharedMap, type SharedMapHandle } from 'node-membarrier/collections';
import { RcuDomain } from 'node-membarrier/rcu';
import t, { type Test } from 'tap';
import { audit, openedTable } from '../support/collections/audit.js';
import { runBare } from '../support/process/fresh.js';

function refuses(t: Test, map: SharedMap<never, never>, code: string, act: () => unknown, message = /.{30}/): void {
  const before = map.stats();
  try {
    act();
    t.fail(`${code} was not thrown`);
  } catch (error) {
    t.match(error, { code, message });
    if (code.startsWith('ERR_COLLECTION')) t.ok(error instanceof CollectionError);
  }
  const { near: _, ...after } = map.stats();
  const { near: __, ...unchanged } = before;
  t.strictSame(after, unchanged, 'nothing has changed');
  t.strictSame(audit(map.handle).faults, []);
}

t.test('keys that are none', async (t) => {
  const map = SharedMap.createSync<never, never>();
  for (const key of [undefined, null, true, 1n, Symbol('a'), {}, [], () => 1, new String('a')]) {
    for (const act of [
      () => map.get(key as never),
      () => map.has(key as never),
      () => map.set(key as never, 1 as never),
      () => map.set(key as never, 1n as never),
      () => map.delete(key as never),
      () => map.getOrInsert(key as never, 1 as never),
      () => map.getOrInsertComputed(key as never, () => 1 as never),
      () => map.update(key as never, () => 1 as never),
      () => map.setMany([[key as never, 1 as never]]),
    ])
      refuses(t, map, 'ERR_INVALID_ARG_TYPE', act, /argument "key" must be a string or a number/);
  }
  refuses(t, map, 'ERR_OUT_OF_RANGE', () => map.set('x'.repeat(4097) as never, 1 as never), /4096/);
  refuses(t, map, 'ERR_OUT_OF_RANGE', () => map.get('x'.repeat(4097) as never), /4096/);
});

t.test('values that the codec cannot encode', async (t) => {
  const map = SharedMap.createSync<string, unknown>();
  map.set('a', 1);
  const circular: { self?: unknown } = {};
  circular.self = circular;
  for (const value of [undefined, 1n, () => 1, Symbol('a'), circular, { n: 1n }]) {
    refuses(t, map as never, 'ERR_COLLECTION_ENCODE', () => map.set('a', value), /cannot encode the value for key "a"/);
    if (value !== undefined) refuses(t, map as never, 'ERR_COLLECTION_ENCODE', () => map.update('a', () => value));
    refuses(t, map as never, 'ERR_COLLECTION_ENCODE', () => map.getOrInsert('b', value));
  }
  refuses(
    t,
    map as never,
    'ERR_COLLECTION_ENCODE',
    () =>
      map.set('a', {
        toJSON() {
          throw new Error('mine');
        },
      }),
    /mine/,
  );
  t.equal(map.get('a'), 1);
  const text = SharedMap.createSync<string, string>({ codec: 'string' });
  refuses(t, text as never, 'ERR_COLLECTION_ENCODE', () => text.set('a', 1 as never), /must be a string/);
  const bytes = SharedMap.createSync<string, Uint8Array>({ codec: 'bytes' });
  for (const value of ['a', [1], new Uint16Array(1), new ArrayBuffer(1), { length: 1 }, null]) {
    refuses(t, bytes as never, 'ERR_COLLECTION_ENCODE', () => bytes.set('a', value as never), /must be a Uint8Array/);
  }
});

t.test('codecs that throw, or return what is no bytes', async (t) => {
  let encode: (value: unknown) => Uint8Array = () => new Uint8Array([1]);
  let decode: (bytes: Uint8Array) => unknown = () => 'value';
  const codec: Codec<unknown> = { name: 'mine', encode: (value) => encode(value), decode: (bytes) => decode(bytes) };
  const map = SharedMap.createSync<string, unknown>({ codec });
  map.set('a', 1);
  encode = () => {
    throw new Error('cannot');
  };
  refuses(t, map as never, 'ERR_COLLECTION_ENCODE', () => map.set('a', 1), /cannot/);
  for (const wrong of [undefined, 'text', [1], {}, null, new Float64Array(1)]) {
    encode = () => wrong as Uint8Array;
    refuses(t, map as never, 'ERR_COLLECTION_ENCODE', () => map.set('a', 1), /must return a Uint8Array/);
  }
  decode = () => {
    throw new Error('broken');
  };
  refuses(t, map as never, 'ERR_COLLECTION_DECODE', () => map.get('a'), /"a"/);
  refuses(t, map as never, 'ERR_COLLECTION_DECODE', () => map.update('a', () => 1));
  decode = () => map.get('b') ?? 'nested';
  encode = () => new Uint8Array([map.size]);
  map.set('b', 1);
  decode = (bytes) => [...bytes, map.has('a'), map.delete('none')];
  t.strictSame(map.get('b'), [1, true, false], 'a codec may use the map itself');
});

t.test('callbacks', async (t) => {
  const map = SharedMap.createSync<string, number>();
  map.set('a', 1);
  const throwing = () => {
    throw new Error('mine');
  };
  for (const act of [
    () => map.update('a', throwing),
    () => map.getOrInsertComputed('b', throwing),
    () => map.forEach(throwing),
  ])
    t.throws(act, { message: 'mine' });
  for (const wrong of [undefined, 1, {}])
    for (const act of [
      () => map.update('a', wrong as never),
      () => map.getOrInsertComputed('a', wrong as never),
      () => map.forEach(wrong as never),
      () => map.subscribe(wrong as never),
    ])
      refuses(t, map as never, 'ERR_INVALID_ARG_TYPE', act, /must be a function/);
  const asynchronous = async () => 1;
  refuses(t, map as never, 'ERR_INVALID_RETURN_VALUE', () => map.update('a', asynchronous as never), /promise/);
  let runs = 0;
  t.throws(
    () =>
      map.update('a', (n) => {
        runs++;
        map.set('a', runs);
        return n;
      }),
    { code: 'ERR_COLLECTION_UPDATE', message: /"a"/ },
    'it would never fit',
  );
  t.equal(runs, 100);
});

t.test('getBytes', async (t) => {
  const map = SharedMap.createSync<string, Uint8Array>({ codec: 'bytes' });
  map.set('a', new Uint8Array([1, 2, 3]));
  map.set('long', new Uint8Array(10_000));
  const into = new Uint8Array(2).fill(7);
  refuses(t, map as never, 'ERR_OUT_OF_RANGE', () => map.getBytes('a', into), /at least 3 bytes/);
  refuses(t, map as never, 'ERR_OUT_OF_RANGE', () => map.getBytes('long', into), /at least 10000 bytes/);
  t.strictSame(into, new Uint8Array([7, 7]));
  refuses(t, map as never, 'ERR_INVALID_ARG_TYPE', () => map.getBytes('a', [] as never), /Uint8Array/);
  const json = SharedMap.createSync<string, number>();
  refuses(t, json as never, 'ERR_COLLECTION_CODEC', () => json.getBytes('a', into), /'json'/);
});

t.test('options', async (t) => {
  for (const [options, code] of [
    [1, 'ERR_INVALID_ARG_TYPE'],
    [{ maxBytes: 65_535 }, 'ERR_OUT_OF_RANGE'],
    [{ maxBytes: 2 ** 32 }, 'ERR_OUT_OF_RANGE'],
    [{ maxBytes: '1' }, 'ERR_INVALID_ARG_TYPE'],
    [{ maxThreads: 0 }, 'ERR_OUT_OF_RANGE'],
    [{ maxThreads: 1.5 }, 'ERR_OUT_OF_RANGE'],
    [{ near: -1 }, 'ERR_OUT_OF_RANGE'],
    [{ near: null }, 'ERR_INVALID_ARG_TYPE'],
    [{ freeze: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ codec: 'xml' }, 'ERR_OUT_OF_RANGE'],
    [{ codec: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ codec: null }, 'ERR_INVALID_ARG_TYPE'],
    [{ codec: { name: 'a', encode: () => 1 } }, 'ERR_INVALID_ARG_TYPE'],
    [{ codec: { name: 'json', encode: () => 1, decode: () => 1 } }, 'ERR_OUT_OF_RANGE'],
    [{ codec: { name: '', encode: () => 1, decode: () => 1 } }, 'ERR_OUT_OF_RANGE'],
    [{ codec: { name: 'é'.repeat(31), encode: () => 1, decode: () => 1 } }, 'ERR_OUT_OF_RANGE'],
  ] as const) {
    t.throws(() => SharedMap.createSync(options as never), { code }, JSON.stringify(options));
    await t.rejects(SharedMap.create(options as never), { code });
  }
  t.throws(() => Reflect.construct(SharedMap, []), { message: /SharedMap.create/ });
  t.throws(() => Reflect.construct(SharedCell, []), { message: /SharedCell.create/ });
});

t.test('handles that are none', async (t) => {
  const cell = SharedCell.createSync(1);
  const memory = (pages: number) => ({
    memory: new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }),
  });
  for (const handle of [
    undefined,
    null,
    {},
    1,
    'handle',
    memory(1),
    { memory: {} },
    RcuDomain.createSync().handle,
    RcuDomain.createSync({ bytes: 100_000 }).handle,
    cell.handle,
    JSON.parse(JSON.stringify(SharedMap.createSync().handle)),
  ]) {
    t.throws(() => SharedMap.attach(handle as SharedMapHandle), {
      name: 'CollectionError',
      code: 'ERR_COLLECTION_FOREIGN_HANDLE',
      message: /handle of a SharedMap.*same process.*child_process/,
    });
  }
  t.throws(() => SharedCell.attach(SharedMap.createSync().handle), { code: 'ERR_COLLECTION_FOREIGN_HANDLE' });
});

t.test('a map of another version', async (t) => {
  const map = SharedMap.createSync();
  const { at, steps } = openedTable(map.handle);
  map[Symbol.dispose]();
  steps.store(at + 4, 99);
  t.throws(() => SharedMap.attach(map.handle), { code: 'ERR_COLLECTION_VERSION', message: /same version/ });
});

t.test('a handle is the same map everywhere in a thread', async (t) => {
  const map = SharedMap.createSync<string, number>({ near: 100 });
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(map.handle);
  const [received] = (await once(port2, 'message')) as [SharedMapHandle];
  port1.close();
  t.equal(SharedMap.attach(received), map);
  t.equal(SharedMap.attach(received, { near: 100, freeze: true, codec: 'json' }), map);
  t.equal(SharedMap.attach(runInNewContext('handle => ({ ...handle })')(received)), map, 'of another realm');
  for (const options of [{ near: 5 }, { freeze: false }]) {
    t.throws(() => SharedMap.attach(received, options), { code: 'ERR_COLLECTION_ATTACHED', message: /already/ });
  }
  t.throws(() => SharedMap.attach(received, { codec: 'bytes' } as never), { code: 'ERR_COLLECTION_CODEC' });
  map[Symbol.dispose]();
  const other = SharedMap.attach<string, number>(received, { near: 5 });
  t.not(other, map);
  t.equal(other.stats().near.limit, 5);
});

t.test('two codecs of one name', async (t) => {
  const codec = (): Codec<number> => ({
    name: 'number',
    encode: (n) => new Uint8Array([n]),
    decode: ([n]) => n as number,
  });
  const [one, two] = [codec(), codec()];
  const map = SharedMap.createSync<string, number>({ codec: one });
  t.equal(SharedMap.attach(map.handle, { codec: one }), map);
  t.equal(SharedMap.attach(map.handle), map, 'it is known here');
  t.throws(() => SharedMap.attach(map.handle, { codec: two }), { code: 'ERR_COLLECTION_ATTACHED', message: /number/ });
  t.throws(() => SharedMap.attach(map.handle, { codec: { ...two, name: 'other' } }), { code: 'ERR_COLLECTION_CODEC' });
  map[Symbol.dispose]();
  t.throws(() => SharedMap.attach(map.handle), { code: 'ERR_COLLECTION_CODEC', message: /options.codec/ });
  t.equal(SharedMap.attach<string, number>(map.handle, { codec: two }).size, 0);
});

t.test('after it was disposed of', async (t) => {
  const map = SharedMap.createSync<string, number>();
  map.set('a', 1);
  for (let i = 0; i < 4; i++) map.get('a');
  const keys = map.keys();
  keys.next();
  map[Symbol.dispose]();
  map[Symbol.dispose]();
  for (const act of [
    () => map.get('a'),
    () => map.has('a'),
    () => map.set('a', 1),
    () => map.delete('a'),
    () => map.clear(),
    () => map.size,
    () => map.getOrInsert('a', 1),
    () => map.update('a', () => 1),
    () => map.setMany([]),
    () => map.getBytes('a', new Uint8Array(1)),
    () => map.stats(),
    () => map.subscribe(() => {}),
    () => [...map],
    () => map.keys().next(),
  ])
    t.throws(act, { code: 'ERR_COLLECTION_DISPOSED', message: /attach\(\)/ }, String(act));
});

t.test('without WebAssembly, and without addresses', async (t) => {
  const script = `
    import { SharedMap } from 'node-membarrier/collections';
    try { SharedMap.createSync(); } catch ({ name, code }) { console.log(name, code); }`;
  const jitless = await runBare(['--jitless', '--no-warnings', '--input-type=module', '--eval', script]);
  t.equal(jitless.stdout, 'CollectionError ERR_COLLECTION_UNAVAILABLE\n');
});
