/**
 * What a get() costs past the near cache, beside the decoding by itself and lmdb; and near, in a process with several
 * maps.
 */
import { SharedMap } from 'node-membarrier/collections';
import { contest } from '../measure/contest.js';
import { get, getBytes, reads, rounds } from '../measure/route-reads.js';
import { COUNT, check, HOT, keys, privateMap, type Route, sharedMap, texts, warm } from '../measure/routes.js';
import { openLmdb } from '../peers/lmdb.js';

const map = privateMap();
const near = sharedMap();
const other = sharedMap();
const past = sharedMap({ near: 0 });
const bytes = SharedMap.createSync<string, Uint8Array>({ codec: 'bytes' });
for (const [i, key] of keys.entries()) bytes.set(key, Buffer.from(texts[i] as string));
const into = new Uint8Array(256);
const lmdb = await openLmdb();

check('a private Map', (key) => map.get(key));
for (const shared of [near, other, past]) check('SharedMap', (key) => shared.get(key));
check('getBytes()', (key) => {
  const length = bytes.getBytes(key, into);
  return length < 0 ? undefined : (JSON.parse(Buffer.from(into.subarray(0, length)).toString()) as Route);
});
if (lmdb !== undefined) check('lmdb', (key) => lmdb.get(key));
for (const shared of [near, other]) warm(shared, HOT);

const hot = keys.slice(0, HOT);

contest({
  id: 'several',
  title: `get() where the thread has several SharedMaps, ${HOT} keys`,
  ...rounds,
  contenders: {
    map: { label: 'a private Map', sample: reads([...hot], get, { map }) },
    near: { label: 'SharedMap', sample: reads([...hot], get, { map: near }), to: ['map'] },
  },
});

for (const [id, order, about] of [
  ['past', hot, `${HOT} keys`],
  ['past-uniform', keys, `all ${COUNT} keys`],
] as const) {
  contest({
    id,
    title: `past the near cache, ${about}`,
    ...rounds,
    contenders: {
      map: { label: 'a private Map', sample: reads([...order], get, { map }) },
      parse: {
        label: 'JSON.parse of the value',
        sample: reads([...texts.slice(0, order.length)], 'JSON.parse(order[i]);', {}),
      },
      bytes: { label: 'SharedMap, getBytes()', sample: reads([...order], getBytes, { map: bytes, into }), to: ['map'] },
      lmdb: lmdb && { label: 'lmdb', sample: reads([...order], get, { map: lmdb }), to: ['map'] },
      json: {
        label: 'SharedMap, near: 0',
        sample: reads([...order], get, { map: past }),
        moreThan: ['parse'],
        to: ['lmdb'],
      },
    },
  });
}
