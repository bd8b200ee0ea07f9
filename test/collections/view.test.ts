/** What collections of the event-loop flavor have besides: views, and threads that say that they rely on nothing. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { SharedCell, SharedMap } from 'node-membarrier/collections';
import t from 'tap';
import { startMapActor } from '../support/collections/actor.js';

const bytes = (...numbers: number[]) => new Uint8Array(numbers);
const POISON = 0xdb;

/** So long that no other value of these tests takes its place. */
const long = (byte: number) => new Uint8Array(5000).fill(byte);
const isAll = (view: Uint8Array, byte: number) => view.length === 5000 && view.every((found) => found === byte);

function createMap(options = {}) {
  return SharedMap.createSync<string, Uint8Array>({ flavor: 'qsbr', codec: 'bytes', debug: true, ...options });
}

/** Until what was retired before has been freed. */
async function free(map: SharedMap<string, Uint8Array>): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    map.set('other', bytes(turn & 0xff));
    if (turn % 100 === 0) await setTimeout(1);
  }
}

t.test('a view is the bytes themselves, until the callback returns', async (t) => {
  const map = createMap();
  t.equal(map.flavor, 'qsbr');
  map.set('a', long(1));
  t.equal(map.view('b'), undefined);
  const view = map.view('a') as Uint8Array;
  t.ok(view.buffer instanceof SharedArrayBuffer, 'no copy');
  t.ok(isAll(view, 1));
  map.set('a', bytes(4));
  for (let turn = 0; turn < 600; turn++) map.set('other', bytes(turn & 0xff));
  t.ok(isAll(view, 1), 'whatever this callback does meanwhile');
  t.strictSame([...(map.view('a') as Uint8Array)], [4]);
  await free(map);
  t.ok(isAll(view, POISON), 'in debug mode, what is freed is overwritten');
});

t.test('another thread waits for it', async (t) => {
  const map = createMap();
  map.set('a', long(1));
  const actor = await startMapActor(map.handle);
  const view = map.view('a') as Uint8Array;
  const words = new Int32Array(new SharedArrayBuffer(4));
  actor.tell('overwrite', 'a', words);
  while (Atomics.load(words, 0) === 0);
  t.ok(isAll(view, 1), 'after hundreds of changes by the other');
  await once(actor.worker, 'message');
  for (let turn = 0; turn < 10; turn++) await actor.call('overwrite', 'a', words);
  t.ok(isAll(view, POISON));
  await actor.terminate();
});

t.test('where it would not last, it is refused', async (t) => {
  for (const collection of [
    SharedMap.createSync<string, Uint8Array>({ codec: 'bytes' }),
    SharedCell.createSync(bytes(1), { codec: 'bytes' }),
  ]) {
    t.equal(collection.flavor, 'memb');
    t.throws(() => collection.view('a'), { code: 'ERR_COLLECTION_FLAVOR', message: /flavor: 'qsbr'/ });
    for (let twice = 0; twice < 2; twice++) collection.offline();
    collection.quiescentState();
    for (let twice = 0; twice < 2; twice++) collection.online();
  }
  const map = createMap();
  map.set('a', bytes(1));
  map.offline();
  t.throws(() => map.view('a'), { code: 'ERR_COLLECTION_OFFLINE', message: /Call online\(\) first/ });
  map.online();
  const texts = SharedMap.createSync<string, string>({ flavor: 'qsbr', codec: 'string' });
  t.throws(() => texts.view('a'), { code: 'ERR_COLLECTION_CODEC' });
  map[Symbol.dispose]();
  t.throws(() => map.view('a'), { code: 'ERR_COLLECTION_DISPOSED' });
  for (const flavor of ['', 'rcu'] as never[]) t.throws(() => createMap({ flavor }), { code: 'ERR_OUT_OF_RANGE' });
  t.throws(() => createMap({ flavor: 1 as never }), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => createMap({ debug: 1 as never }), { code: 'ERR_INVALID_ARG_TYPE' });
});

t.test('a thread that is offline reads and writes, and nobody waits for it', async (t) => {
  const map = createMap({ maxBytes: 65_536 });
  map.set('a', bytes(1));
  map.offline();
  t.throws(() => map.offline(), { code: 'ERR_COLLECTION_OFFLINE' });
  t.throws(() => map.quiescentState(), { code: 'ERR_COLLECTION_OFFLINE' });
  for (let turn = 0; turn < 100; turn++) map.set('a', new Uint8Array(9000).fill(turn));
  t.equal(map.get('a')?.[8999], 99);
  const actor = await startMapActor(map.handle);
  const words = new Int32Array(new SharedArrayBuffer(4));
  actor.tell('overwrite', 'a', words, 9000, 100);
  t.not(Atomics.wait(words, 0, 0, 20_000), 'timed-out', 'the other finds room while this thread blocks');
  map.online();
  t.throws(() => map.online(), { code: 'ERR_COLLECTION_ONLINE' });
  Atomics.store(words, 0, 0);
  actor.tell('overwrite', 'a', words, 9000, 100);
  t.equal(Atomics.wait(words, 0, 0, 100), 'timed-out', 'and waits where this one has not said that it blocks');
  for (let answers = 0; answers < 2; answers++) await once(actor.worker, 'message');
  t.equal(Atomics.load(words, 0), 1);
  await actor.terminate();
});

t.test('a view holds up what its own callback would free', async (t) => {
  const cell = SharedCell.createSync(new Uint8Array(25_000).fill(1), {
    flavor: 'qsbr',
    codec: 'bytes',
    maxBytes: 65_536,
    debug: true,
  });
  const view = cell.view();
  cell.publish(new Uint8Array(25_000).fill(2));
  t.throws(() => cell.publish(new Uint8Array(25_000)), {
    code: 'ERR_COLLECTION_FULL',
    message: /has a view\(\), so values that were replaced cannot be freed before it returns/,
  });
  t.ok(view.every((byte) => byte === 1));
  cell.quiescentState();
  cell.publish(new Uint8Array(25_000).fill(3));
  t.equal(cell.view()[0], 3);
  t.not(view[0], 1, 'the thread had said that it relies on nothing');
  cell.read(() => {
    for (const call of ['quiescentState', 'offline', 'online'] as const) {
      t.throws(() => cell[call](), { code: 'ERR_COLLECTION_INSIDE' });
    }
  });
});

t.test('two threads that wait for memory in two maps, each in the other one', { timeout: 60_000 }, async (t) => {
  const [mine, theirs] = [createMap({ maxBytes: 65_536 }), createMap({ maxBytes: 65_536 })] as const;
  mine.set('a', long(1));
  theirs.set('a', long(1));
  const words = new Int32Array(new SharedArrayBuffer(8));
  const actor = await startMapActor(theirs.handle);
  await actor.call('attachToo', mine.handle);
  actor.tell('overwrite', 'a', words, 9000, 200);
  for (let i = 0; i < 200; i++) mine.set('a', new Uint8Array(9000).fill(i));
  await once(actor.worker, 'message');
  t.equal(Atomics.load(words, 0), 1);
  await actor.terminate();
});
