/** Where a map is used as nobody should: it stays whole, and goes on. */
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { SharedMap } from 'node-membarrier/collections';
import t from 'tap';
import { startMapActor } from '../support/collections/actor.js';
import { audit } from '../support/collections/audit.js';
import { runBare } from '../support/process/fresh.js';

t.test('vm timeouts that end its methods anywhere', async (t) => {
  const map = SharedMap.createSync<string, string>({ maxBytes: 2 ** 22 });
  const actor = await startMapActor(map.handle);
  const context = createContext({ map });
  for (let i = 0; i < 60; i++) {
    const script = `for (let i = ${i}; ; i++) {
      map.set('key ' + (i % 300), 'x'.repeat(i % 50 === 0 ? 10_000 : i % 200));
      map.get('key ' + ((i * 7) % 300));
      map.delete('key ' + ((i * 31) % 300));
    }`;
    t.throws(() => runInContext(script, context, { timeout: 1 + (i % 4) }), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
    await setImmediate(); // sections that were left open end now
  }
  map.set('after', 'x'.repeat(10_000)); // by way of the lock, and so of what was left
  t.equal(await actor.call('set', 'of another thread', 'y'), 'this');
  t.strictSame(audit(map.handle), { faults: [], keys: map.size, lostBytes: 0 });
  t.equal([...map.keys()].length, map.size);
  await actor.terminate();
});

t.test('where membarrier(2) is denied, on symmetric fences', async (t) => {
  const child = fileURLToPath(new URL('../support/collections/symmetric.js', import.meta.url));
  const { stdout, stderr, status } = await runBare([child]);
  t.match({ stderr, status }, { stderr: '', status: 0 });
  t.match(stdout, /^symmetric 1 1998 \d+\n$/);
});

t.test('two realms of one thread, on one map', async (t) => {
  const url = new URL('../../collections.js', import.meta.url).href;
  const script = `
    const [a, b] = [await import('${url}?a'), await import('${url}?b')];
    const map = a.SharedMap.createSync();
    const other = b.SharedMap.attach(map.handle);
    for (let i = 0; i < 1000; i++) { map.set('a', i); if (other.get('a') !== i) throw new Error('stale'); other.set('b', i); if (map.get('b') !== i) throw new Error('stale'); }
    console.log(map !== other, map.size);`;
  const { stdout, stderr } = await runBare(['--input-type=module', '--eval', script]);
  t.equal(stdout, 'true 2\n', stderr);
});

t.test('without the addon, as a sandbox would have it: an error that says so', async (t) => {
  const script = `
    import { SharedMap } from 'node-membarrier/collections';
    await SharedMap.create().catch(({ name, code }) => console.log(name, code));`;
  const { stdout, stderr } = await runBare(['--no-addons', '--input-type=module', '--eval', script]);
  t.equal(stdout, 'UnavailableError ERR_MEMBARRIER_UNAVAILABLE\n', stderr);
});

t.test('fake timers, which are installed afterwards, do not stop subscriptions', async (t) => {
  const script = `
    import { mock } from 'node:test';
    import { SharedMap } from 'node-membarrier/collections';
    const real = setTimeout;
    mock.timers.enable({ apis: ['setTimeout', 'setImmediate', 'setInterval'] });
    const map = SharedMap.createSync();
    let calls = 0;
    map.subscribe(() => calls++);
    for (let i = 0; i < 3; i++) { map.set('a', i); await new Promise((resolve) => real(resolve, 20)); }
    console.log(calls);`;
  const { stdout, stderr } = await runBare(['--no-warnings', '--input-type=module', '--eval', script]);
  t.equal(stdout, '3\n', stderr);
});
