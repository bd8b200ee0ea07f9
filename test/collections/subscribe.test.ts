/** subscribe(): after each change the callbacks run, once for many, and no thread is kept alive by them. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SharedCell, SharedMap } from 'node-membarrier/collections';
import t from 'tap';
import { startMapActor } from '../support/collections/actor.js';
import { openedTable } from '../support/collections/audit.js';
import { runBare } from '../support/process/fresh.js';

/** Resolves when the condition holds: nothing else tells when an event loop has turned often enough. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(1);
}

t.test('each kind of change is told, by this thread and by others', async (t) => {
  const map = SharedMap.createSync<string, number>();
  map.set('there', 1);
  const actor = await startMapActor(map.handle);
  let calls = 0;
  map.subscribe(() => calls++);
  for (const change of [
    () => map.set('a', 1),
    () => map.delete('a'),
    () => map.setMany([['b', 2]]),
    () => map.update('b', (n) => (n ?? 0) + 1),
    () => map.getOrInsert('c', 1),
    () => map.clear(),
    () => actor.call('set', 'a', 2),
    () => actor.call('delete', 'a'),
    () => actor.call('clear'),
  ]) {
    const before = calls;
    await Promise.resolve(change());
    await until(() => calls > before);
    t.ok(calls > before);
    await setTimeout(5);
  }
  await actor.terminate();
});

t.test('what changes together is told together, and the last change is seen', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const seen: (number | undefined)[] = [];
  map.subscribe(() => seen.push(map.get('n')));
  for (let n = 0; n < 10_000; n++) map.set('n', n);
  await until(() => seen.at(-1) === 9999);
  t.ok(seen.length <= 3, `${seen.length} calls`);
  for (let n = 0; n < 200; n++) {
    map.set('n', n);
    await setImmediate();
  }
  await until(() => seen.at(-1) === 199);
});

t.test('several subscribers; one that ends; one that throws', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const calls = [0, 0];
  const end = map.subscribe(() => (calls[0] as number)++ === -1);
  map.subscribe(() => (calls[1] as number)++ === -1);
  map.set('a', 1);
  await until(() => calls[0] === 1 && calls[1] === 1);
  end();
  end();
  map.set('a', 2);
  await until(() => calls[1] === 2);
  t.equal(calls[0], 1);
  const script = `
    import { SharedMap } from 'node-membarrier/collections';
    const map = SharedMap.createSync();
    process.on('uncaughtException', ({ message }) => console.log('uncaught', message));
    map.subscribe(() => { throw new Error('mine'); });
    map.subscribe(() => console.log('told'));
    map.set('a', 1);
    setTimeout(() => map.set('a', 2), 20);
    setTimeout(() => {}, 60);`;
  const { stdout } = await runBare(['--input-type=module', '--eval', script]);
  t.equal(stdout, 'told\nuncaught mine\ntold\nuncaught mine\n');
});

t.test('in the context of its caller', async (t) => {
  const storage = new AsyncLocalStorage<string>();
  const map = SharedMap.createSync<string, number>();
  const seen = new Set<string | undefined>();
  for (const name of ['a', 'b']) storage.run(name, () => map.subscribe(() => seen.add(storage.getStore())));
  storage.run('writer', () => map.set('x', 1));
  await until(() => seen.size === 2);
  t.strictSame(seen, new Set(['a', 'b']));
});

t.test('nothing is kept alive: not by a subscription, nor by a writer that never rests', async (t) => {
  const program = fileURLToPath(new URL('../support/collections/busy-writer.js', import.meta.url));
  t.match(await runBare([program]), { stdout: 'idle ended with 0\n', stderr: '', status: 0 });
});

t.test('unused, it costs a load: no flag is set, and a dead subscriber leaves none for long', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const { at, steps } = openedTable(map.handle);
  const watched = () => steps.load(at + steps.WATCHED.value);
  map.set('a', 1);
  t.equal(watched(), 0);
  const actor = await startMapActor(map.handle);
  map.subscribe(() => {});
  t.equal(watched(), 1);
  map[Symbol.dispose]();
  await actor.call('set', 'a', 2);
  await setTimeout(20);
  await actor.call('set', 'a', 3);
  await setTimeout(20);
  t.equal(watched(), 0);
  await actor.terminate();
});

t.test('a cell tells, too', async (t) => {
  const cell = SharedCell.createSync(1);
  const seen: number[] = [];
  cell.subscribe(() => seen.push(cell.value));
  cell.publish(2);
  await until(() => seen.length === 1);
  t.strictSame(seen, [2]);
});
