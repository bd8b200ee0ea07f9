/** The memory of a map: how it is used again, what happens when it is full, and what the statistics say. */
import { spawnSync } from 'node:child_process';
import { execPath } from 'node:process';
import { SharedCell, SharedMap } from 'node-membarrier/collections';
import t from 'tap';
import { audit } from '../support/collections/audit.js';
import { runBare } from '../support/process/fresh.js';

t.test('a full map says so, keeps what it has, and goes on when there is room', async (t) => {
  const map = SharedMap.createSync<string, string>({ maxBytes: 65_536 });
  let count = 0;
  const fill = () => {
    for (; ; count++) map.set(`key ${count}`, 'x'.repeat(100));
  };
  t.throws(fill, { code: 'ERR_COLLECTION_FULL', message: /"key \d+".*65536 bytes.*maxBytes/ });
  t.ok(count > 300, `${count} entries of 108 bytes and 24 more`);
  t.equal(map.size, count);
  t.throws(() => map.set('large', 'x'.repeat(10_000)), { code: 'ERR_COLLECTION_FULL' });
  t.throws(() => map.set('larger', 'x'.repeat(100_000)), { code: 'ERR_COLLECTION_FULL' });
  t.throws(
    () =>
      map.setMany([
        ['key 0', 'y'],
        ['one', 'x'.repeat(60_000)],
      ]),
    { message: /stored 1 of 2 entries/ },
  );
  t.equal(map.get('key 0'), 'y');
  for (let i = 1; i < count; i++) t.equal(map.get(`key ${i}`), 'x'.repeat(100));
  for (let i = 0; i < 100; i++) map.delete(`key ${i}`);
  for (let i = 0; i < 50; i++) map.set(`new ${i}`, 'y'.repeat(100));
  t.strictSame(audit(map.handle), { faults: [], keys: map.size, lostBytes: 0 });
});

t.test('what is replaced is used again, in full maps, too', async (t) => {
  const map = SharedMap.createSync<string, string>({ maxBytes: 65_536 });
  for (let i = 0; i < 20_000; i++) map.set(`key ${i % 100}`, `${i}`.padStart(100 + (i % 3)));
  t.equal(map.size, 100);
  t.ok(map.stats().usedBytes <= 65_536);
  const large = SharedCell.createSync('x'.repeat(20_000), { maxBytes: 65_536, codec: 'string' });
  for (let i = 0; i < 500; i++) large.publish(`${i}`.padStart(20_000));
  t.equal(large.value.trim(), '499');
  t.strictSame(audit(map.handle).faults, []);
  t.strictSame(audit(large.handle), { faults: [], keys: 1, lostBytes: 0 });
});

t.test('values of other sizes take the blocks of larger ones', async (t) => {
  const map = SharedMap.createSync<string, string>({ maxBytes: 65_536 });
  for (let i = 0; i < 12; i++) map.set(`${i}`, 'x'.repeat(4000));
  map.clear();
  for (let i = 0; i < 12; i++) map.set(`${i}`, 'x'.repeat(3000));
  t.equal(map.size, 12);
  t.strictSame(audit(map.handle), { faults: [], keys: 12, lostBytes: 0 });
});

t.test('within read(), a full cell cannot wait for itself: it says that it is full', async (t) => {
  const cell = SharedCell.createSync(new Uint8Array(25_000), { codec: 'bytes', maxBytes: 65_536 });
  cell.read(() => {
    cell.publish(new Uint8Array(25_000));
    t.throws(() => cell.publish(new Uint8Array(25_000)), { code: 'ERR_COLLECTION_FULL' });
  });
  cell.publish(new Uint8Array(25_000));
  t.equal(cell.version, 3);
});

t.test('clear() retires all, and the memory is used again', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const fill = () => {
    for (let i = 0; i < 20_000; i++) map.set(`key ${i}`, i);
  };
  fill();
  const { usedBytes } = map.stats();
  for (let i = 0; i < 5; i++) {
    map.clear();
    fill();
  }
  t.ok(map.stats().usedBytes < 2.2 * usedBytes, `${map.stats().usedBytes} bytes, after ${usedBytes}`);
  t.strictSame(audit(map.handle), { faults: [], keys: 20_000, lostBytes: 0 });
});

t.test('the statistics are those of the blocks', async (t) => {
  const map = SharedMap.createSync<string, string>();
  for (let i = 0; i < 1000; i++) map.set(`${i}`, 'x'.repeat(i));
  for (let i = 0; i < 1000; i += 2) map.delete(`${i}`);
  const stats = map.stats();
  t.strictSame(audit(map.handle), { faults: [], keys: 500, lostBytes: 0 });
  t.equal(stats.size, 500);
  t.equal(stats.liveBytes + stats.indexBytes + stats.retiredBytes + stats.freeBytes, stats.usedBytes);
  t.equal(stats.maxBytes, 2 ** 28);
});

t.test('75 bytes for an entry, beside key and value, at most', async (t) => {
  const map = SharedMap.createSync<string, string>({ codec: 'string' });
  for (let i = 0; i < 50_000; i++) map.set(`key ${i}`.padStart(26), 'x'.repeat(75));
  const perEntry = map.stats().usedBytes / 50_000 - 101;
  t.ok(perEntry <= 75, `${perEntry} bytes`);
});

t.test('where the system refuses so many addresses, less is reserved', async (t) => {
  const script = `
    import { SharedMap } from 'node-membarrier/collections';
    const map = SharedMap.createSync({ maxBytes: 4e9 });
    map.set('a', 1);
    console.log(map.get('a'), map.stats().maxBytes < 4e9);`;
  const node = [execPath, '--disable-wasm-trap-handler', '--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync('bash', ['-c', 'ulimit -v 4500000; exec "$@"', 'bash', ...node], {
    encoding: 'utf8',
  });
  t.equal(stdout, '1 true\n', stderr);
});

t.test('a map that nobody refers to gives its place back', async (t) => {
  const script = `
    import { setTimeout } from 'node:timers/promises';
    import { SharedMap } from 'node-membarrier/collections';
    const handle = (() => SharedMap.createSync({ maxThreads: 1 }).handle)();
    for (let tries = 0; ; tries++) {
      await setTimeout(1); // the attempt before keeps the map until its turn ends
      gc();
      await setTimeout(1);
      try {
        SharedMap.attach(handle, { near: 1 });
        break;
      } catch ({ code }) {
        if (tries === 0) console.log(code);
        if (tries === 2000) throw new Error('it is not given back');
      }
    }
    console.log('attached');`;
  const { stdout, stderr } = await runBare(['--expose-gc', '--input-type=module', '--eval', script]);
  t.match(stdout, /attached\n$/, stderr);
});
