/** SharedCell within one thread. */
import { inspect } from 'node:util';
import { CollectionError, SharedCell } from 'node-membarrier/collections';
import t from 'tap';

t.test('a value, its version, another value', async (t) => {
  const cell = await SharedCell.create({ flag: true, list: [1] });
  t.strictSame(cell.value, { flag: true, list: [1] });
  t.equal(cell.value, cell.value, 'it is kept');
  t.throws(() => (cell.value.list as number[]).push(2), TypeError);
  t.equal(cell.version, 1);
  const old = cell.value;
  cell.publish({ flag: false, list: [] });
  t.strictSame(cell.value, { flag: false, list: [] });
  t.equal(cell.version, 2);
  t.strictSame(old, { flag: true, list: [1] });
  t.equal(Object.prototype.toString.call(cell), '[object SharedCell]');
  t.match(cell.stats(), { size: 1, maxBytes: 2 ** 24 });
  t.equal(inspect(cell), 'SharedCell(2) { { flag: false, list: [] } }');
});

t.test('large values, one after the other', async (t) => {
  const cell = SharedCell.createSync(new Uint8Array(1_000_000), { codec: 'bytes', maxBytes: 4_000_000 });
  for (let i = 1; i < 50; i++) {
    cell.publish(new Uint8Array(1_000_000).fill(i));
    t.equal(cell.version, i + 1);
    t.equal(
      cell.read((bytes) => (bytes.length === 1_000_000 && bytes[0] === i && bytes[999_999] === i ? i : 'torn')),
      i,
    );
  }
  t.equal(cell.value[5], 49);
  t.not(cell.value, cell.value, 'bytes are copied');
});

t.test('read(): what it refuses', async (t) => {
  const cell = SharedCell.createSync(new Uint8Array([1, 2]), { codec: 'bytes' });
  t.throws(() => cell.read(3 as never), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => cell.read((async () => {}) as never), { code: 'ERR_INVALID_RETURN_VALUE' });
  t.throws(
    () =>
      cell.read(() => {
        throw new Error('mine');
      }),
    { message: 'mine' },
  );
  t.throws(() => cell.read(() => cell[Symbol.dispose]()), { code: 'ERR_COLLECTION_INSIDE' });
  t.equal(
    cell.read((bytes) => {
      cell.publish(new Uint8Array([3]));
      return bytes[1];
    }),
    2,
    'what is being read stays',
  );
  t.strictSame(cell.value, new Uint8Array([3]));
  t.equal(
    cell.read((outer) => cell.read((inner) => inner === outer || [...inner].join() === [...outer].join())),
    true,
    'within each other',
  );
  const json = SharedCell.createSync(1);
  t.throws(() => json.read(() => 1), { code: 'ERR_COLLECTION_CODEC' });
});

t.test('a first value that cannot be stored: no cell', async (t) => {
  await t.rejects(SharedCell.create(1n), {
    code: 'ERR_COLLECTION_ENCODE',
    message: /cannot encode the value:/,
  });
  t.throws(() => SharedCell.createSync('x'.repeat(70_000), { maxBytes: 65_536 }), { code: 'ERR_COLLECTION_FULL' });
  t.throws(() => SharedCell.createSync(undefined), CollectionError);
});

t.test('the handle of a cell', async (t) => {
  const cell = SharedCell.createSync('x', { codec: 'string' });
  t.equal(SharedCell.attach(cell.handle), cell);
  cell[Symbol.dispose]();
  cell[Symbol.dispose]();
  t.throws(() => cell.value, { code: 'ERR_COLLECTION_DISPOSED' });
  t.throws(() => cell.version, { code: 'ERR_COLLECTION_DISPOSED' });
  t.throws(() => cell.publish('y'), { code: 'ERR_COLLECTION_DISPOSED' });
  t.throws(() => cell.subscribe(() => {}), { code: 'ERR_COLLECTION_DISPOSED' });
  t.equal(SharedCell.attach<string>(cell.handle).value, 'x');
});
