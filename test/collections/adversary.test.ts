/** Codecs, callbacks and keys that are made to do harm: nothing is torn, lost, overrun or kept. */

import { subscribe } from 'node:diagnostics_channel';
import { setImmediate } from 'node:timers/promises';
import { createContext, runInContext } from 'node:vm';
import { SharedCell, SharedMap } from 'node-membarrier/collections';
import { STALL_CHANNEL } from 'node-membarrier/rcu';
import t from 'tap';
import { startMapActor } from '../support/collections/actor.js';
import { audit, openedTable } from '../support/collections/audit.js';
import { runBare } from '../support/process/fresh.js';

t.test('a value longer than a length can say is refused', async (t) => {
  const map = SharedMap.createSync<string, Uint8Array>({ codec: 'bytes', maxBytes: 4e9 });
  map.set('a', new Uint8Array([1]));
  t.throws(() => map.set('a', new Uint8Array(2 ** 31)), { code: 'ERR_OUT_OF_RANGE', message: /2000000000 bytes/ });
  t.strictSame(map.get('a'), new Uint8Array([1]));
});

t.test('more keys in a part than fit: the step says so, and writes no further', async (t) => {
  const map = SharedMap.createSync<string, number>();
  for (let i = 0; i < 3000; i++) map.set(`key ${i}`, i);
  const { at, steps } = openedTable(map.handle);
  const scratch = at + steps.SCRATCHES.value;
  const behind = scratch + steps.SCRATCH_SIZE.value;
  const before = Array.from({ length: 64 }, (_, i) => steps.load(behind + 4 * i));
  t.equal(steps.collect(at, scratch, 0, 2 ** 32), -1);
  t.equal(steps.collect(at, scratch, 0, 1) <= 1, true);
  t.strictSame(
    Array.from({ length: 64 }, (_, i) => steps.load(behind + 4 * i)),
    before,
  );
});

t.test('no change of one word of a key is taken back by another', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const { at, steps } = openedTable(map.handle);
  const scratch = at + steps.SCRATCHES.value;
  const hashOf = (words: readonly bigint[]) => {
    for (const [i, word] of words.entries()) {
      steps.store(scratch + steps.KEY.value + 8 * i, Number(BigInt.asIntN(32, word)));
      steps.store(scratch + steps.KEY.value + 8 * i + 4, Number(BigInt.asIntN(32, word >> 32n)));
    }
    steps.find(at, scratch, 512, 1, 8 * words.length);
    return steps.load(scratch + steps.FOUND_HASH.value);
  };
  let same = 0;
  for (let first = 0n; first < 64n; first++) {
    for (let second = 0n; second < 64n; second++) {
      const flipped = [0x61_61_61_61n ^ (1n << first), 0x62_62_62_62n ^ (1n << second)];
      if (hashOf(flipped) === hashOf([0x61_61_61_61n, 0x62_62_62_62n])) same++;
    }
  }
  t.ok(same <= 1, `${same} of 4096 pairs of bits`);
});

t.test('code of the user that runs while a writer waits for memory does not change what is stored', async (t) => {
  const bytes = (n: number) => new Uint8Array(20_000).fill(n);
  const first = SharedCell.createSync(bytes(0), { codec: 'bytes', maxBytes: 65_536 });
  const { handle } = first;
  openedTable(handle).steps.store(20, 20); // the domain's stall timeout, in milliseconds
  first[Symbol.dispose]();
  const cell = SharedCell.attach<Uint8Array>(handle);
  const actor = await startMapActor(handle, 'cell');
  cell.publish(bytes(1));
  let stalls = 0;
  subscribe(STALL_CHANNEL, () => {
    stalls++;
    t.equal(cell.value.length, 20_000);
  });
  t.equal(await actor.call('hold', 150), 'holding');
  for (let i = 2; i < 8; i++) {
    cell.publish(bytes(i));
    t.equal(Buffer.compare(cell.value, bytes(i)), 0);
  }
  await setImmediate(); // in the event-loop flavor it is told afterwards
  t.ok(stalls > 0, 'it has run');
  await actor.terminate();
});

t.test('a vm timeout within read() holds up no memory for long', async (t) => {
  const cell = SharedCell.createSync(new Uint8Array(15_000), { codec: 'bytes', maxBytes: 65_536 });
  const context = createContext({ cell });
  for (let i = 0; i < 3; i++) {
    t.throws(() => runInContext('cell.read(() => { for (;;); })', context, { timeout: 10 }), {
      code: 'ERR_SCRIPT_EXECUTION_TIMEOUT',
    });
    await setImmediate();
    for (let n = 0; n < 20; n++) cell.publish(new Uint8Array(15_000).fill(n));
    t.equal(
      cell.read((bytes) => bytes[7]),
      19,
    );
  }
  t.throws(() => runInContext('cell.read(() => { for (;;); })', context, { timeout: 10 }));
  await setImmediate();
  t.doesNotThrow(() => cell[Symbol.dispose]());
});

t.test('bytes whose length is not what they say, or does not stay', async (t) => {
  class Lying extends Uint8Array {
    override get length(): number {
      return 1;
    }
  }
  const map = SharedMap.createSync<string, Uint8Array>({ codec: 'bytes' });
  const lying = new Lying(5000).fill(7);
  map.set('a', lying);
  t.equal(map.get('a')?.byteLength, 5000);
  const large = new Lying(20_000).fill(8);
  map.set('b', large);
  t.equal(map.get('b')?.byteLength, 20_000);
  const growing = Reflect.construct(SharedArrayBuffer, [10, { maxByteLength: 30_000 }]) as SharedArrayBuffer;
  map.set('c', new Uint8Array(growing));
  t.equal(map.get('c')?.byteLength, 10);
  t.strictSame(audit(map.handle), { faults: [], keys: 3, lostBytes: 0 });
});

t.test('an iterator that disposes of the map it fills', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const { handle } = map;
  t.throws(
    () =>
      map.setMany(
        (function* () {
          yield ['a', 1] as const;
          map[Symbol.dispose]();
          yield ['b', 2] as const;
        })(),
      ),
    { code: 'ERR_COLLECTION_DISPOSED' },
  );
  t.equal(SharedMap.attach<string, number>(handle).size, 0);
});

t.test('clear() needs no room', async (t) => {
  for (let size = 1; size < 56; size += 3) {
    const map = SharedMap.createSync<string, string>({ codec: 'string', maxBytes: 65_536 });
    const fill = () => {
      for (let i = 0; ; i++) map.set(`${i}`, 'x'.repeat(size));
    };
    for (let round = 0; round < 3; round++) {
      t.throws(fill, { code: 'ERR_COLLECTION_FULL' });
      map.clear();
      t.equal(map.size, 0);
    }
    t.strictSame(audit(map.handle).faults, []);
  }
});

t.test('two threads that publish large values find room for them', { timeout: 60_000 }, async (t) => {
  const cell = SharedCell.createSync(new Uint8Array(1_000_000), { codec: 'bytes', maxBytes: 4_500_000 });
  const actor = await startMapActor(cell.handle, 'cell');
  const other = actor.call('publishMany', 1_000_000, 1500);
  const value = new Uint8Array(1_000_000);
  for (let i = 0; i < 1500; i++) cell.publish(value);
  t.equal(await other, undefined);
  await actor.terminate();
});

t.test('threads that draw the same random numbers do not take one map for another', async (t) => {
  const script = `
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    import { SharedMap } from 'node-membarrier/collections';
    const own = SharedMap.createSync();
    own.set('whose', 'main');
    const url = new URL('data:text/javascript,' + encodeURIComponent(\`
      import { parentPort } from 'node:worker_threads';
      const { SharedMap } = await import('\${import.meta.resolve('node-membarrier/collections')}');
      const map = SharedMap.createSync();
      map.set('whose', 'worker');
      parentPort.postMessage(map.handle);\`));
    const worker = new Worker(url);
    const [handle] = await once(worker, 'message');
    console.log(SharedMap.attach(handle).get('whose'));
    await worker.terminate();`;
  const { stdout, stderr } = await runBare(['--random-seed=42', '--input-type=module', '--eval', script]);
  t.equal(stdout, 'worker\n', stderr);
});

t.test('a subscription that has ended keeps no memory', async (t) => {
  const script = `
    import { readFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { SharedMap } from 'node-membarrier/collections';
    const addresses = () => Number(/VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1e6;
    async function round() {
      for (let i = 0; i < 5; i++) {
        const map = SharedMap.createSync();
        map.subscribe(() => {})();
        map[Symbol.dispose]();
      }
      for (let i = 0; i < 5; i++) { await setTimeout(20); gc(); }
    }
    await round();
    const before = addresses();
    await round();
    await round();
    console.log(addresses() - before < 30);`;
  const { stdout, stderr } = await runBare(['--expose-gc', '--input-type=module', '--eval', script]);
  t.equal(stdout, 'true\n', stderr);
});
