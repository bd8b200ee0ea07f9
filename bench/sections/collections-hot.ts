/** What a get() of values costs that the thread keeps, in a process with one SharedMap. */
import { contest } from '../measure/contest.js';
import { get, reads, rounds } from '../measure/route-reads.js';
import { COUNT, check, HOT, keys, privateMap, sharedMap, warm } from '../measure/routes.js';
import { openLmdb } from '../peers/lmdb.js';

const map = privateMap();
const near = sharedMap();
const lmdb = await openLmdb();
for (const [name, of] of [
  ['a private Map', map],
  ['SharedMap', near],
] as const) {
  check(name, (key) => of.get(key));
}
if (lmdb !== undefined) check('lmdb', (key) => lmdb.get(key));
warm(near, HOT);

const hot = keys.slice(0, HOT);
contest({
  id: 'hot',
  title: `get(), ${HOT} keys of ${COUNT}, again and again`,
  ...rounds,
  contenders: {
    map: { label: 'a private Map', sample: reads([...hot], get, { map }) },
    near: { label: 'SharedMap', sample: reads([...hot], get, { map: near }), to: ['map'] },
    lmdb: lmdb && { label: 'lmdb', sample: reads([...hot], get, { map: lmdb }), to: ['map'] },
  },
});
