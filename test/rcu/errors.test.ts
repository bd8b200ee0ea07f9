/** What RCU refuses: at once, as a typed error that says what to do, and with nothing lost. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { RcuDomain, RcuError, type RcuErrorCode, type RcuHandle, type RcuOptions } from 'node-membarrier/rcu';
import t, { type Test } from 'tap';
import { root } from '../../harness/index.js';
import { configOf } from '../../lib/rcu/arguments.js';
import { runBare } from '../support/process/fresh.js';
import { startMortal } from '../support/rcu/mortal.js';
import { visit } from '../support/rcu/visitor.js';

function refused(t: Test, code: RcuErrorCode, act: () => unknown): void {
  try {
    act();
    t.fail(`${code} was not thrown`);
  } catch (error) {
    t.ok(error instanceof RcuError, code);
    t.match(error, { code, name: 'RcuError', message: /.{40}/ });
  }
}

/** Grace periods still complete: no slot blocks them, and none is missing. */
function goesOn(t: Test, domain: RcuDomain): void {
  const before = domain.stats().gracePeriods;
  domain.synchronizeSync();
  t.equal(domain.stats().gracePeriods, before + 1);
}

/** A word of the domain's memory. */
function words({ imports }: RcuDomain): DataView {
  return new DataView((imports.memory as { buffer: SharedArrayBuffer }).buffer);
}

t.test('readUnlock() without readLock()', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  refused(t, 'ERR_RCU_NOT_LOCKED', reader.readUnlock);
  reader.readLock();
  reader.readUnlock();
  refused(t, 'ERR_RCU_NOT_LOCKED', reader.readUnlock);
  goesOn(t, domain);
  t.equal(
    reader.read(() => 1),
    1,
  );
});

t.test('nesting past its limit', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  const most = 16_383;
  for (let depth = 0; depth < most; depth++) reader.readLock();
  refused(t, 'ERR_RCU_NESTING', reader.readLock);
  refused(t, 'ERR_RCU_NESTING', () => reader.read(() => t.fail('it is called')));
  const cookie = domain.startPoll();
  for (let depth = 1; depth < most; depth++) reader.readUnlock();
  t.equal(domain.poll(cookie), false, 'still in the outermost section');
  reader.readUnlock();
  t.equal(domain.poll(cookie), true);
  refused(t, 'ERR_RCU_NOT_LOCKED', reader.readUnlock);
});

t.test("a reader used from another thread, by its slot: as users' WebAssembly could", async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  t.equal(await visit(domain.handle, 'lockForeign', reader.slot), 'ERR_RCU_FOREIGN_READER');
  reader.readLock();
  t.equal(await visit(domain.handle, 'unlockForeign', reader.slot), 'ERR_RCU_FOREIGN_READER');
  const cookie = domain.startPoll();
  t.equal(domain.poll(cookie), false, 'the section is what it was');
  reader.readUnlock();
  t.equal(domain.poll(cookie), true);
});

t.test('a reader that is posted', async (t) => {
  const { port1 } = new MessageChannel();
  t.throws(() => port1.postMessage(RcuDomain.createSync().registerReader()), { name: 'DataCloneError' });
  port1.close();
});

t.test('what is no slot, from WebAssembly', async (t) => {
  const domain = RcuDomain.createSync();
  domain.registerReader();
  for (const slot of [0, 128, 256, 384, 512 + 128, 512 + 128 * 100]) {
    refused(t, 'ERR_RCU_FOREIGN_READER', () => domain.imports.readLock(slot));
    refused(t, 'ERR_RCU_FOREIGN_READER', () => domain.imports.readUnlock(slot));
  }
  goesOn(t, domain);
});

t.test('attach() to what is no handle', async (t) => {
  const memory = (descriptor: ConstructorParameters<typeof WebAssembly.Memory>[0]) =>
    new WebAssembly.Memory(descriptor);
  for (const handle of [
    undefined,
    null,
    1,
    'handle',
    {},
    { memory: {} },
    { memory: new SharedArrayBuffer(65_536) },
    { memory: memory({ initial: 1, maximum: 1, shared: true }) },
    { memory: memory({ initial: 0, maximum: 1, shared: true }) },
    { memory: memory({ initial: 1 }) },
    RcuDomain.createSync(),
  ]) {
    refused(t, 'ERR_RCU_FOREIGN_HANDLE', () => RcuDomain.attach(handle as RcuHandle));
  }
});

t.test('attach() to the domain of another version', async (t) => {
  const domain = RcuDomain.createSync();
  const version = words(domain).getInt32(4, true);
  words(domain).setInt32(4, version + 1, true);
  refused(t, 'ERR_RCU_VERSION', () => RcuDomain.attach(domain.handle));
  words(domain).setInt32(4, version, true);
  t.ok(RcuDomain.attach(domain.handle));
});

t.test('attach() in a thread without the addon, and in one with other fences', async (t) => {
  const domain = RcuDomain.createSync();
  t.equal(await visit(domain.handle, 'attach', 0, ['--no-addons']), 'ERR_MEMBARRIER_UNAVAILABLE');
  t.equal(await visit(domain.handle, 'attach'), 'membarrier');
  words(domain).setInt32(8, 1, true);
  refused(t, 'ERR_RCU_STRATEGY', () => RcuDomain.attach(domain.handle));
});

t.test('more readers than slots', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 2 });
  const readers = [domain.registerReader(), domain.registerReader()];
  refused(t, 'ERR_RCU_TOO_MANY_READERS', () => domain.registerReader());
  t.equal(await visit(domain.handle, 'use'), 'ERR_RCU_TOO_MANY_READERS');
  t.equal(domain.stats().readers, 2);
  for (const reader of readers) reader.read(() => {});
  readers[0]?.[Symbol.dispose]();
  t.equal(await visit(domain.handle, 'use'), 'read', 'one is free again');
  domain.registerReader().read(() => {});
});

t.test('a reader after its disposal', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 1 });
  const reader = domain.registerReader();
  reader[Symbol.dispose]();
  reader[Symbol.dispose]();
  refused(t, 'ERR_RCU_DISPOSED', reader.readLock);
  refused(t, 'ERR_RCU_DISPOSED', reader.readUnlock);
  refused(t, 'ERR_RCU_DISPOSED', () => reader.read(() => t.fail('it is called')));
  const next = domain.registerReader();
  t.equal(next.slot, reader.slot, 'the slot has another reader');
  refused(t, 'ERR_RCU_DISPOSED', reader.readLock);
  next.readLock();
  refused(t, 'ERR_RCU_DISPOSED', reader.readUnlock);
  next.readUnlock();
  goesOn(t, domain);
});

t.test('a domain after its disposal', async (t) => {
  const domain = RcuDomain.createSync();
  const again = RcuDomain.attach(domain.handle);
  const reader = domain.registerReader();
  const settled = Promise.all([domain.synchronize(), domain.barrier()]);
  let called = 0;
  domain.callRcu(() => called++);
  domain[Symbol.dispose]();
  domain[Symbol.dispose]();
  const cookie = again.startPoll();
  refused(t, 'ERR_RCU_DISPOSED', () => domain.registerReader());
  refused(t, 'ERR_RCU_DISPOSED', () => domain.synchronizeSync());
  refused(t, 'ERR_RCU_DISPOSED', () => domain.callRcu(() => {}));
  refused(t, 'ERR_RCU_DISPOSED', () => domain.startPoll());
  refused(t, 'ERR_RCU_DISPOSED', () => domain.poll(cookie));
  refused(t, 'ERR_RCU_DISPOSED', () => domain.stats());
  refused(t, 'ERR_RCU_DISPOSED', reader.readLock);
  await t.rejects(domain.synchronize(), { code: 'ERR_RCU_DISPOSED' });
  await t.rejects(domain.barrier(), { code: 'ERR_RCU_DISPOSED' });
  await settled;
  await again.synchronize();
  t.equal(called, 1, 'what had been asked for is done');
  t.equal(again.stats().readers, 0, 'its readers have left');
});

t.test('inside a section: synchronizeSync(), which would wait for itself, and disposal', async (t) => {
  const domain = RcuDomain.createSync();
  const twin = RcuDomain.attach(domain.handle);
  const outside = domain.registerReader();
  const reader = domain.registerReader();
  reader.readLock();
  refused(t, 'ERR_RCU_INSIDE', () => domain.synchronizeSync());
  refused(t, 'ERR_RCU_INSIDE', () => twin.synchronizeSync());
  refused(t, 'ERR_RCU_INSIDE', () => reader[Symbol.dispose]());
  refused(t, 'ERR_RCU_INSIDE', () => domain[Symbol.dispose]());
  outside.read(() => {});
  refused(t, 'ERR_RCU_INSIDE', () => reader.read(() => domain.synchronizeSync()));
  const cookie = domain.startPoll();
  t.equal(domain.poll(cookie), false, 'the section still holds');
  reader.readUnlock();
  t.equal(domain.poll(cookie), true);
  domain.synchronizeSync();
});

t.test('synchronizeSync() inside a section is refused at once, also where another reader comes first', async (t) => {
  const domain = RcuDomain.createSync();
  const other = await startMortal(domain.handle, 'section', 'wait');
  const reader = domain.registerReader();
  t.throws(() => reader.read(() => domain.synchronizeSync()), { code: 'ERR_RCU_INSIDE' });
  await other.end();
  goesOn(t, domain);
});

t.test('a section that returns a promise', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  const read = reader.read as (section: unknown) => unknown;
  t.throws(() => read(async () => {}), { name: 'TypeError', code: 'ERR_INVALID_RETURN_VALUE' });
  // biome-ignore lint/suspicious/noThenProperty: that is what is refused
  t.throws(() => read(() => ({ then() {} })), { code: 'ERR_INVALID_RETURN_VALUE' });
  t.throws(() => read(undefined), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(
    () =>
      reader.read(() => {
        throw new RangeError('on purpose');
      }),
    { message: 'on purpose' },
  );
  refused(t, 'ERR_RCU_NOT_LOCKED', reader.readUnlock);
  goesOn(t, domain);
});

t.test('the defaults are those that the guide names', async (t) => {
  t.strictSame(configOf(undefined), {
    flavor: 'memb',
    debug: false,
    maxReaders: 128,
    stallTimeout: 10_000,
    bytes: 0,
  });
  t.match(readFileSync(new URL('docs/guide/rcu.md', root), 'utf8'), "128 readers, 10,000 ms, 0 bytes, `'memb'`, false");
});

t.test('arguments', async (t) => {
  const type = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
  const range = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };
  const create = (options: unknown) => RcuDomain.createSync(options as RcuOptions);
  for (const options of [null, 1, { maxReaders: '1' }, { stallTimeout: 1n }, { bytes: null }]) {
    t.throws(() => create(options), type);
    await t.rejects(RcuDomain.create(options as never), type);
  }
  for (const options of [
    { maxReaders: 0 },
    { maxReaders: 65_537 },
    { maxReaders: 1.5 },
    { stallTimeout: 0 },
    { stallTimeout: Number.NaN },
    { bytes: -1 },
    { bytes: -0 },
    { bytes: 2 ** 32 },
  ]) {
    t.throws(() => create(options), range);
  }
  const domain = create({ maxReaders: undefined });
  t.throws(() => domain.registerReader({ name: 1 } as never), type);
  t.throws(() => domain.callRcu(undefined as never), type);
  await t.rejects(domain.synchronize({ signal: {} } as never), type);
  await t.rejects(domain.synchronize(1 as never), type);
  t.throws(() => domain.poll('1' as never), type);
  for (const cookie of [0, -1, 1.5, 2, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => domain.poll(cookie as never), range, String(cookie));
  }
  t.equal(domain.stats().gracePeriods, 0, 'nothing has been begun');
  t.throws(() => Reflect.construct(RcuDomain, []), { name: 'TypeError', message: /RcuDomain\.create\(\)/ });
});

const script = (flags: string[]) =>
  runBare([
    ...flags,
    '--input-type=module',
    '--eval',
    `import { RcuDomain } from '${new URL('dist/rcu.js', root).href}';
    await RcuDomain.create().then(({ strategy }) => console.log(strategy), ({ code }) => console.log(code));`,
  ]);

t.test('without WebAssembly, and without the addon', async (t) => {
  t.match(await script(['--jitless']), { stdout: 'ERR_RCU_UNAVAILABLE\n', status: 0 });
  t.match(await script(['--no-addons']), { stdout: 'ERR_MEMBARRIER_UNAVAILABLE\n', stderr: '', status: 0 });
  t.match(await script([]), { stdout: 'membarrier\n', stderr: '', status: 0 });
});

t.test('a bad handle is refused before anything is registered', async (t) => {
  const { stdout, stderr } = await runBare([
    '--input-type=module',
    '--eval',
    `import { membarrier } from '${new URL('dist/index.js', root).href}';
    import { RcuDomain } from '${new URL('dist/rcu.js', root).href}';
    try { RcuDomain.attach(undefined); } catch ({ code }) { console.log(code); }
    console.log(membarrier.isRegistered('PRIVATE_EXPEDITED'));`,
  ]);
  t.strictSame({ stdout, stderr }, { stdout: 'ERR_RCU_FOREIGN_HANDLE\nfalse\n', stderr: '' });
});

t.test('a handle that has come through postMessage is one', async (t) => {
  const { port1, port2 } = new MessageChannel();
  const domain = RcuDomain.createSync();
  port1.postMessage(domain.handle);
  const [handle] = (await once(port2, 'message')) as [RcuHandle];
  port1.close();
  const twin = RcuDomain.attach(handle);
  twin.synchronizeSync();
  t.equal(domain.stats().gracePeriods, 1);
});

t.test("an address that is no slot, though users' data make it look like one", async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 1, bytes: 4096 });
  const reader = domain.registerReader();
  const { readLock, readUnlock, data } = domain.imports;
  const view = words(domain);
  const [ticket, owner] = [8, 12].map((at) => view.getInt32(reader.slot + at, true)) as [number, number];
  // All of the header, and the user's data.
  const impostors = [0, 128, 256, 384, data, data + 128, data + 3968];
  const saved = new Uint8Array(view.buffer.slice(0, 512));
  for (const address of impostors) {
    if (address < 512) continue;
    view.setInt32(address + 8, ticket, true);
    view.setInt32(address + 12, owner, true);
  }
  for (const address of [...impostors, -128, 2 ** 31, reader.slot + 4, reader.slot + 64]) {
    refused(t, 'ERR_RCU_FOREIGN_READER', () => readLock(address));
    refused(t, 'ERR_RCU_FOREIGN_READER', () => readUnlock(address));
  }
  t.strictSame(new Uint8Array(view.buffer.slice(0, 512)), saved);
  for (const address of impostors.slice(4)) t.equal(view.getBigUint64(address, true), 0n, 'no data are written');
  readLock(reader.slot);
  readUnlock(reader.slot);
  goesOn(t, domain);
});

t.test("another domain's cookie", async (t) => {
  const [domain, other] = [RcuDomain.createSync(), RcuDomain.createSync()];
  for (let i = 0; i < 3; i++) [domain, other].map((each) => each.synchronizeSync());
  const before = domain.stats();
  t.throws(() => domain.poll(other.startPoll()), { code: 'ERR_OUT_OF_RANGE', message: /startPoll\(\) of this domain/ });
  t.strictSame(domain.stats(), before);
  t.equal(RcuDomain.attach(domain.handle).poll(domain.startPoll()), true, 'in another object of the same domain');
});

t.test('a section whose code would run later: a generator, another iterator', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  const read = reader.read as (section: () => unknown) => unknown;
  for (const section of [function* () {}, async function* () {}, () => [].values(), () => new Map().keys()]) {
    t.throws(() => read(section), { code: 'ERR_INVALID_RETURN_VALUE', message: /returned an iterator/ });
  }
  for (const result of [[], new Map(), { next: 1 }, { next() {} }, ''])
    t.equal(
      read(() => result),
      result,
    );
  goesOn(t, domain);
});

t.test('a vm timeout skips finally blocks: the section stays open, and a stall says whose it is', async (t) => {
  const domain = RcuDomain.createSync({ stallTimeout: 10 });
  const reader = domain.registerReader();
  const loop = () => {
    for (;;);
  };
  t.throws(() => runInNewContext('read(loop)', { read: reader.read, loop }, { timeout: 20 }), { message: /timed out/ });
  const warned = once(process, 'warning');
  const over = domain.synchronize();
  const [warning] = (await warned) as [Error];
  t.match(warning.message, /the main thread.*That is this thread itself.*vm timeout/);
  reader.readUnlock();
  await over;
  goesOn(t, domain);
});
