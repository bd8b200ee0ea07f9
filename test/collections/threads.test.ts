/** A map in several threads: coherent, and none of its changes is lost. */
import { setTimeout } from 'node:timers/promises';
import { SharedCell, SharedMap } from 'node-membarrier/collections';
import t from 'tap';
import { startMapActor } from '../support/collections/actor.js';
import { audit } from '../support/collections/audit.js';

t.test('what one thread stores, the other reads, kept or not', async (t) => {
  const map = await SharedMap.create<string, unknown>();
  const actor = await startMapActor(map.handle);
  for (let i = 0; i < 50; i++) {
    map.set('a', { i });
    t.strictSame(await actor.call('get', 'a'), { i });
    await actor.call('set', 'b', { i });
    t.strictSame(map.get('b'), { i });
  }
  await actor.call('delete', 'a');
  t.equal(map.has('a'), false);
  map.clear();
  t.equal(await actor.call('get', 'b'), undefined);
  await actor.terminate();
});

t.test('a thread that spins sees a change', async (t) => {
  const map = SharedMap.createSync<string, number>();
  map.set('a', 1);
  const actor = await startMapActor(map.handle);
  const seen = actor.call('spin', 'a', 1);
  await setTimeout(20); // it has kept the value by now
  map.set('a', 2);
  t.equal(await seen, 2);
  await actor.terminate();
});

t.test('no update of several threads is lost', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const actors = await Promise.all([1, 2, 3].map(() => startMapActor(map.handle)));
  const added = Promise.all(actors.map((actor) => actor.call('add', 'n', 3000)));
  for (let i = 0; i < 3000; i++) map.update('n', (n) => (n ?? 0) + 1);
  t.strictSame(await added, [undefined, undefined, undefined]);
  t.equal(map.get('n'), 12_000);
  t.strictSame(audit(map.handle), { faults: [], keys: 1, lostBytes: 0 });
  await Promise.all(actors.map((actor) => actor.terminate()));
});

t.test('writers that die at random lose nothing, and leave the lock to the next', { timeout: 120_000 }, async (t) => {
  const map = SharedMap.createSync<string, string>({ maxBytes: 2 ** 22 });
  for (let death = 0; death < 40; death++) {
    const actor = await startMapActor(map.handle);
    actor.tell('churn', death * 1000);
    await setTimeout(death % 10);
    await actor.terminate();
    map.set('alive', `${death}`);
    t.equal(map.get('alive'), `${death}`);
  }
  map.set('last', 'x'.repeat(20_000)); // by way of the lock, and so of what the dead have left
  const { faults, lostBytes, keys } = audit(map.handle);
  t.strictSame({ faults, lostBytes }, { faults: [], lostBytes: 0 });
  t.equal(map.size, keys);
  t.equal([...map.keys()].length, keys);
});

for (const end of ['throw', 'exit', 'outOfMemory', 'naturally'] as const) {
  t.test(`a thread that ends gives its place back: ${end}`, async (t) => {
    const map = SharedMap.createSync<string, number>({ maxThreads: 2 });
    for (let i = 0; i < 4; i++) {
      const actor = await startMapActor(map.handle);
      await actor.call('set', 'a', i);
      await actor.die(end);
      t.equal(map.get('a'), i);
    }
  });
}

t.test('as many threads as maxThreads says', async (t) => {
  const map = SharedMap.createSync<string, number>({ maxThreads: 2 });
  const actor = await startMapActor(map.handle);
  const refused = await startMapActor(map.handle).catch((error: Error) => error);
  t.match(refused, { code: 'ERR_COLLECTION_TOO_MANY_THREADS', message: /maxThreads/ });
  await actor.terminate();
  const other = await startMapActor(map.handle);
  await other.terminate();
});

t.test('a cell in several threads', async (t) => {
  const cell = await SharedCell.create({ n: 0 });
  const actor = await startMapActor(cell.handle, 'cell');
  for (let n = 1; n < 50; n++) {
    cell.publish({ n });
    t.strictSame(await actor.call('value'), { n });
  }
  await actor.call('publish', { n: 'other' });
  t.strictSame(cell.value, { n: 'other' });
  t.equal(cell.version, 51);
  await actor.terminate();
});
