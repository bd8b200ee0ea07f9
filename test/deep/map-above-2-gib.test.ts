/**
 * Addresses above 2 GiB, which are negative numbers where WebAssembly hands them to JavaScript. Needs 3 GB of memory.
 */
import { SharedMap } from 'node-membarrier/collections';
import t from 'tap';
import { audit } from '../support/collections/audit.js';

t.test('above 2 GiB', async (t) => {
  const map = SharedMap.createSync<number, Uint8Array>({ codec: 'bytes', maxBytes: 3e9 });
  const value = new Uint8Array(100_000_000);
  for (let i = 0; i < 25; i++) {
    value[99_999_999] = i;
    map.set(i, value);
  }
  map.set(99, new Uint8Array([1, 2, 3]));
  t.strictSame(map.get(99), new Uint8Array([1, 2, 3]));
  t.equal(map.get(24)?.[99_999_999], 24);
  t.equal([...map.keys()].length, 26);
  t.strictSame(audit(map.handle), { faults: [], keys: 26, lostBytes: 0 });
});
