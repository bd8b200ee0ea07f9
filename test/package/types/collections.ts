/** Types of shared collections. */
import { type Codec, SharedCell, SharedMap, type SharedMapHandle } from 'node-membarrier/collections';
import { RcuDomain } from 'node-membarrier/rcu';

interface Route {
  host: string;
  ports: number[];
  tags: Map<string, { deep: string }>;
}

const map = SharedMap.createSync<string, Route>();
map.set('a', { host: 'x', ports: [1], tags: new Map() });
map.set(1, { host: 'x', ports: [1], tags: new Map() }); // TS2345
map.set('a', { host: 'x' }); // TS2739
const route = map.get('a');
route.host; // TS18048
if (route !== undefined) {
  const host: string = route.host;
  route.host = host; // TS2540
  route.ports.push(2); // TS2339
  route.tags.set('a', { deep: host }); // TS2339
  const copy: Route = { host, ports: [...route.ports], tags: new Map() };
  map.set('a', copy);
}
map.update('a', (current) => {
  if (current !== undefined) current.ports.push(3); // a fresh object
  return current;
});
map.getOrInsert('a', { host: 'x', ports: [], tags: new Map() }).host;
map.getOrInsertComputed('a', (key) => ({ host: key, ports: [], tags: new Map() }));
map.setMany([['a', { host: 'x', ports: [], tags: new Map() }]]);
map.setMany([['a', 1]]); // TS2345
for (const [key, value] of map) key.concat(value.host);
new SharedMap(); // TS2673
SharedMap.createSync<object, Route>(); // TS2344

const codec: Codec<Date> = { name: 'date', encode: () => new Uint8Array(8), decode: () => new Date() };
const dates = SharedMap.createSync<string, Date>({ codec });
dates.get('a')?.getTime();
SharedMap.createSync<string, Route>({ codec }); // TS2322
SharedMap.createSync({ codec: 'xml' }); // TS2322

const handle: SharedMapHandle = map.handle;
SharedMap.attach<string, Route>(handle, { near: 5 });
SharedMap.attach<string, Route>({}); // TS2741
RcuDomain.attach(handle);

const cell = SharedCell.createSync({ flags: ['a'] });
cell.value.flags.push('b'); // TS2339
cell.publish({ flags: [] });
cell.publish(1); // TS2345
cell.read((bytes) => bytes.length).toFixed();
cell.read(async () => 1); // TS2345
cell.value = { flags: [] }; // TS2540
