/** SharedMap within one thread: it is a Map, with what it has besides. */
import { inspect } from 'node:util';
import { SharedMap } from 'node-membarrier/collections';
import t from 'tap';

interface Route {
  readonly host: string;
  readonly ports?: readonly number[];
}

const create = () => SharedMap.createSync<string, Route>();

t.test('as a Map', async (t) => {
  const map = await SharedMap.create<string | number, unknown>();
  t.equal(map.size, 0);
  t.equal(map.get('a'), undefined);
  t.equal(map.has('a'), false);
  t.equal(map.delete('a'), false);
  t.equal(map.set('a', { x: [1, { y: 2 }] }), map);
  t.strictSame(map.get('a'), { x: [1, { y: 2 }] });
  t.equal(map.has('a'), true);
  map.set('a', null);
  t.equal(map.get('a'), null);
  t.equal(map.size, 1);
  t.equal(map.delete('a'), true);
  t.equal(map.has('a'), false);
  t.equal(map.get('a'), undefined);
  map.set('a', 1).set('b', 2).set(1, 3);
  map.clear();
  t.equal(map.size, 0);
  t.strictSame([...map], []);
  map.set('b', 4);
  t.strictSame([...map], [['b', 4]]);
});

t.test('keys are what they are', async (t) => {
  const map = SharedMap.createSync<string | number, number>();
  const keys = [
    '',
    '1',
    1,
    0,
    -1,
    0.5,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    'NaN',
    '__proto__',
    'constructor',
    'é',
    'e\u0301',
    '\ud800',
    '\udc00',
    '\ud83d\ude00',
    'ÿ',
    'Ā',
    '\0',
    'a\0b',
    'x'.repeat(16),
    'x'.repeat(17),
    `${'x'.repeat(40)}é`,
    'x'.repeat(4096),
    '\u4e2d'.repeat(4096),
  ];
  for (const [i, key] of keys.entries()) map.set(key, i);
  t.equal(map.size, keys.length);
  for (let round = 0; round < 3; round++) for (const [i, key] of keys.entries()) t.equal(map.get(key), i, inspect(key));
  t.strictSame(new Set(map.keys()), new Set(keys));
  t.equal(map.get(-0), 3, '-0 is 0, as in a Map');
  map.set(-0, 99);
  t.equal(map.get(0), 99);
  t.equal(map.size, keys.length);
  t.ok([...map.keys()].every((key) => !Object.is(key, -0)));
});

t.test('a value is frozen, and the same object as long as it is current', async (t) => {
  const map = create();
  map.set('a', { host: 'x', ports: [1] });
  for (let i = 0; i < 4; i++) {
    t.throws(() => ((map.get('a') as { host: string }).host = 'y'), TypeError);
    t.throws(() => (map.get('a') as unknown as { ports: number[] }).ports.push(2), TypeError);
  }
  t.equal(map.get('a'), map.get('a'));
  const before = map.get('a');
  map.set('a', { host: 'x', ports: [1] });
  t.not(map.get('a'), before);
});

t.test('near: 0 gives each caller a value of its own; freeze: false one that nobody should change', async (t) => {
  const own = SharedMap.createSync<string, Route>({ near: 0 });
  own.set('a', { host: 'x' });
  for (let i = 0; i < 4; i++) (own.get('a') as { host: string }).host = 'changed';
  t.strictSame(own.get('a'), { host: 'x' });
  t.match(own.stats().near, { limit: 0, size: 0 });
  const loose = SharedMap.createSync<string, Route>({ freeze: false });
  loose.set('a', { host: 'x' });
  t.notOk(Object.isFrozen(loose.get('a')));
});

t.test('values that are nested deeply are frozen, too', async (t) => {
  const map = SharedMap.createSync<string, unknown>();
  let deep: unknown = 1;
  for (let i = 0; i < 1500; i++) deep = [deep];
  map.set('deep', deep);
  t.doesNotThrow(() => map.get('deep'));
  t.ok(Object.isFrozen(map.get('deep')));
});

t.test('getOrInsert, getOrInsertComputed', async (t) => {
  const map = create();
  t.strictSame(map.getOrInsert('a', { host: 'x' }), { host: 'x' });
  t.strictSame(map.getOrInsert('a', { host: 'y' }), { host: 'x' });
  t.strictSame(
    map.getOrInsertComputed('b', (key) => ({ host: key })),
    { host: 'b' },
  );
  t.strictSame(
    map.getOrInsertComputed('b', () => t.fail('it is called') as never),
    { host: 'b' },
  );
  t.strictSame(
    map.getOrInsertComputed('c', (key) => {
      map.set(key, { host: 'meanwhile' });
      return { host: 'late' };
    }),
    { host: 'meanwhile' },
  );
  t.ok(Object.isFrozen(map.getOrInsert('d', { host: 'x' })));
});

t.test('update', async (t) => {
  const map = SharedMap.createSync<string, { n: number }>();
  t.strictSame(
    map.update('a', (current) => {
      t.equal(current, undefined);
      return { n: 1 };
    }),
    { n: 1 },
  );
  map.update('a', (current) => {
    if (current !== undefined) current.n++; // a fresh object
    return current;
  });
  t.strictSame(map.get('a'), { n: 2 });
  let runs = 0;
  map.update('a', (current) => {
    if (runs++ < 3) map.set('a', { n: 10 * runs });
    return { n: (current?.n ?? 0) + 1 };
  });
  t.equal(runs, 4, 'it runs again when the value has changed');
  t.strictSame(map.get('a'), { n: 31 });
  t.equal(
    map.update('a', () => undefined),
    undefined,
  );
  t.equal(map.has('a'), false);
  t.equal(
    map.update('a', () => undefined),
    undefined,
  );
});

t.test('update, of a key that was deleted and stored anew meanwhile', async (t) => {
  const map = SharedMap.createSync<string, number>();
  map.set('a', 1);
  let runs = 0;
  map.update('a', (current) => {
    if (runs++ === 0) {
      map.delete('a');
      map.set('a', 1);
    }
    return (current ?? 0) + 1;
  });
  t.equal(runs, 2);
  t.equal(map.get('a'), 2);
});

t.test('setMany', async (t) => {
  const map = SharedMap.createSync<string, number>();
  map.set('a', 0);
  map.setMany([
    ['a', 1],
    ['b', 2],
  ]);
  map.setMany(new Map([['c', 3]]));
  t.strictSame(new Map(map), new Map(Object.entries({ a: 1, b: 2, c: 3 })));
  const changes = map.stats().changes;
  t.throws(
    () =>
      map.setMany([
        ['d', 4],
        [5n as never, 5],
      ]),
    TypeError,
  );
  t.throws(
    () =>
      map.setMany([
        ['d', 4],
        ['e', 5n as never],
      ]),
    { code: 'ERR_COLLECTION_ENCODE' },
  );
  t.throws(
    () =>
      map.setMany(
        (function* () {
          yield ['d', 4] as const;
          throw new Error('mine');
        })(),
      ),
    { message: 'mine' },
  );
  t.equal(map.stats().changes, changes, 'nothing was stored');
});

t.test('bytes: a copy at each read, or into a buffer', async (t) => {
  const map = SharedMap.createSync<string, Uint8Array>({ codec: 'bytes' });
  const source = new Uint8Array([1, 2, 3]);
  map.set('a', source);
  source[0] = 9;
  t.strictSame(map.get('a'), new Uint8Array([1, 2, 3]));
  (map.get('a') as Uint8Array)[1] = 9;
  t.strictSame(map.get('a'), new Uint8Array([1, 2, 3]));
  t.ok(map.get('a')?.buffer instanceof ArrayBuffer);
  map.set('empty', new Uint8Array(0));
  t.strictSame(map.get('empty'), new Uint8Array(0));
  for (const length of [0, 1, 511, 512, 7999, 8000, 8001, 100_000]) {
    const value = new Uint8Array(length).map((_, i) => i * 7);
    map.set('long', value);
    t.strictSame(map.get('long'), value);
    const into = new Uint8Array(length + 1).fill(255);
    t.equal(map.getBytes('long', into), length);
    t.strictSame(into.subarray(0, length), value);
    t.equal(into[length], 255);
  }
  t.equal(map.getBytes('none', new Uint8Array(1)), -1);
  const backwards = Buffer.from('abc');
  map.set('buffer', backwards.subarray(1));
  t.strictSame(map.get('buffer'), new Uint8Array([98, 99]));
});

t.test('strings come back exactly, short and long', async (t) => {
  const map = SharedMap.createSync<string, string>({ codec: 'string' });
  for (const text of ['', 'a', 'é', '\ud800', '\ud83d\ude00', 'x'.repeat(8001), 'é'.repeat(3999), 'é'.repeat(4001)]) {
    map.set('a', text);
    t.equal(map.get('a'), text);
  }
});

t.test('a codec of its own', async (t) => {
  const map = SharedMap.createSync<string, Date>({
    codec: {
      name: 'date',
      encode: (date) => Buffer.from(date.toISOString()),
      decode: (bytes) => new Date(Buffer.from(bytes).toString()),
    },
  });
  const date = new Date(0);
  map.set('a', date);
  t.strictSame(map.get('a'), date);
  t.equal(map.getBytes('a', new Uint8Array(100)), 24);
});

t.test('iteration', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const expected = new Map(Array.from({ length: 3000 }, (_, i) => [`key ${i}`, i]));
  map.setMany(expected);
  const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);
  t.strictSame([...map].sort(byKey), [...expected].sort(byKey));
  t.strictSame(new Set(map.values()), new Set(expected.values()));
  const each: [string, number][] = [];
  map.forEach(function (this: unknown, value, key, of) {
    t.equal(of, map);
    t.equal(this, expected);
    each.push([key, value]);
  }, expected);
  t.equal(each.length, 3000);
  const kept = map.stats().near.size;
  t.equal(kept, 0, 'to go through the map once keeps nothing');
});

t.test('keys that stay come once, whatever happens to the others and to the array', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const stable = Array.from({ length: 500 }, (_, i) => `stable ${i}`);
  for (const key of stable) map.set(key, 1);
  for (let round = 0; round < 20; round++) {
    const seen = new Map<string, number>();
    let i = 0;
    for (const key of map.keys()) {
      seen.set(key, (seen.get(key) ?? 0) + 1);
      if (++i % 7 === 0) for (let j = 0; j < 40; j++) map.set(`${round} ${i} ${j}`, 1);
      if (i > 400) for (const other of [...seen.keys()].filter((key) => !key.startsWith('stable'))) map.delete(other);
      if (i > 900) break;
    }
    for (const key of map.keys()) if (!key.startsWith('stable')) map.delete(key);
    const all = new Map<string, number>();
    for (const key of map.keys()) all.set(key, (all.get(key) ?? 0) + 1);
    t.strictSame(
      [...all].filter(([key, times]) => times !== 1 || !key.startsWith('stable')),
      [],
    );
    t.equal(all.size, stable.length);
    t.ok([...seen.values()].every((times) => times === 1));
  }
});

t.test('how it is shown', async (t) => {
  const map = SharedMap.createSync<string, Route>();
  t.equal(inspect(map), 'SharedMap(0) {}');
  map.set('a', { host: 'x' });
  t.equal(inspect(map), "SharedMap(1) { 'a' => { host: 'x' } }");
  t.equal(Object.prototype.toString.call(map), '[object SharedMap]');
  for (let i = 0; i < 200; i++) map.set(`${i}`, { host: 'y' });
  t.match(inspect(map), /^SharedMap\(201\) \{[\s\S]*101 more items\s*\}$/);
  t.match(inspect(map, { maxArrayLength: 1 }), /200 more items/);
  t.equal(inspect({ a: { b: { c: { map } } } }, { depth: 1 }), '{ a: { b: [Object] } }');
  t.equal(inspect({ map }, { depth: 0 }), '{ map: [SharedMap] }');
  map[Symbol.dispose]();
  t.equal(inspect(map), 'SharedMap { ERR_COLLECTION_DISPOSED }');
});

t.test('the near cache is bounded, and does not keep what is read once', async (t) => {
  const map = SharedMap.createSync<string, number>({ near: 100 });
  for (let i = 0; i < 1000; i++) map.set(`${i}`, i);
  for (let i = 0; i < 1000; i++) map.get(`${i}`);
  t.ok(map.stats().near.size < 60, `${map.stats().near.size} are kept`);
  for (let round = 0; round < 4; round++) for (let i = 0; i < 1000; i++) t.equal(map.get(`${i}`), i);
  for (let round = 0; round < 4; round++) for (let i = 0; i < 150; i++) map.get(`${i}`);
  t.equal(map.stats().near.size, 100);
  t.ok(map.stats().near.bytes > 0);
  for (let round = 0; round < 6; round++) for (let i = 0; i < 50; i++) map.get(`${i}`);
  const { misses } = map.stats().near;
  for (let round = 0; round < 10; round++) for (let i = 0; i < 50; i++) map.get(`${i}`);
  t.equal(map.stats().near.misses, misses, 'what is read again and again is kept');
});

t.test('that a key is missing is kept, too, and forgotten when it comes', async (t) => {
  const map = SharedMap.createSync<string, number>();
  for (let i = 0; i < 4; i++) t.equal(map.get('a'), undefined);
  const { misses } = map.stats().near;
  t.equal(map.get('a'), undefined);
  t.equal(map.has('a'), false);
  t.equal(map.stats().near.misses, misses);
  map.set('a', 1);
  t.equal(map.has('a'), true);
  t.equal(map.get('a'), 1);
  t.equal(map.getOrInsert('a', 2), 1);
});
