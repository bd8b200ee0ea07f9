/**
 * RCU as its users meet it: readers, grace periods and whom they wait for, callbacks, polls, readers in WebAssembly.
 */
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, membarrier } from 'node-membarrier';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { runBare } from '../support/process/fresh.js';
import { bytes } from '../support/rcu/imports.wasm.js';
import { visit } from '../support/rcu/visitor.js';

t.test('importing registers nothing', async (t) => {
  t.equal(membarrier.isRegistered('PRIVATE_EXPEDITED'), false);
});

t.test('create(), createSync() and attach()', async (t) => {
  const domain = await RcuDomain.create();
  t.equal(domain.strategy, 'membarrier');
  t.ok(membarrier.isRegistered('PRIVATE_EXPEDITED'), 'registered through the facade');
  t.ok(Object.isFrozen(domain));
  const twin = RcuDomain.attach(domain.handle);
  twin.synchronizeSync();
  t.equal(domain.stats().gracePeriods, 1, 'one domain');
  t.equal(RcuDomain.createSync().stats().gracePeriods, 0, 'another one');
  t.equal(await visit(domain.handle, 'use'), 'read', 'in a worker');
});

t.test('a grace period waits for the sections that were there when it began, and for no other', async (t) => {
  const domain = RcuDomain.createSync();
  const [early, late] = [domain.registerReader(), domain.registerReader()];
  early.readLock();
  const first = domain.startPoll();
  t.equal(domain.poll(first), false);
  late.readLock();
  t.equal(domain.poll(first), false);
  early.readUnlock();
  t.equal(domain.poll(first), true, 'over, though a section is open that has begun later');
  const second = domain.startPoll();
  t.equal(domain.poll(second), false, 'which the next one waits for');
  early.readLock();
  late.readUnlock();
  t.equal(domain.poll(second), true);
  early.readUnlock();
  t.equal(domain.poll(first), true, 'what is over stays so');
});

t.test('one that is under way does not do for who comes later', async (t) => {
  const domain = RcuDomain.createSync();
  const [one, other] = [domain.registerReader(), domain.registerReader()];
  one.readLock();
  const first = domain.startPoll();
  t.equal(domain.poll(first), false, 'under way');
  other.readLock();
  const second = domain.startPoll();
  one.readUnlock();
  t.equal(domain.poll(first), true);
  t.equal(domain.poll(second), false, 'the other section may have seen what was unpublished between the two');
  other.readUnlock();
  t.equal(domain.poll(second), true);
});

t.test('sections nest: the outermost counts', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  reader.readLock();
  reader.readLock();
  const cookie = domain.startPoll();
  reader.readUnlock();
  t.equal(domain.poll(cookie), false);
  reader.readLock();
  t.equal(domain.poll(cookie), false);
  reader.readUnlock();
  reader.readUnlock();
  t.equal(domain.poll(cookie), true);
});

t.test('read() leaves in any case, and answers what its section does', async (t) => {
  const domain = RcuDomain.createSync();
  const { read } = domain.registerReader();
  const cookie = read(() => {
    const cookie = read(() => domain.startPoll());
    t.equal(domain.poll(cookie), false);
    return cookie;
  });
  t.equal(domain.poll(cookie), true);
  t.throws(() =>
    read(() => {
      throw new Error('on purpose');
    }),
  );
  domain.synchronizeSync();
});

t.test('a cookie means the same in every thread, and any of them brings it about', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  reader.readLock();
  const cookie = domain.startPoll();
  t.equal(await visit(domain.handle, 'poll', cookie), false);
  reader.readUnlock();
  t.equal(await visit(domain.handle, 'poll', cookie), true);
  t.equal(domain.stats().gracePeriods, 1);
  t.equal(domain.poll(cookie), true);
});

t.test('synchronize() and callRcu() wait, and the event loop goes on', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  const events: string[] = [];
  reader.readLock();
  domain.callRcu(() => events.push('callback'));
  const over = domain.synchronize().then(() => events.push('synchronize'));
  setTimeout(() => {
    events.push('unlock');
    reader.readUnlock();
  }, 30);
  setImmediate(() => events.push('the event loop'));
  await Promise.all([over, domain.barrier()]);
  t.strictSame(events, ['the event loop', 'unlock', 'callback', 'synchronize']);
});

t.test('waiting again and again lets the event loop turn', async (t) => {
  const domain = RcuDomain.createSync();
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 1);
  for (let round = 0; !fired && round < 1e6; round++) await domain.synchronize();
  t.equal(fired, true, 'a timer has fired meanwhile');
});

t.test('read() leaves its section also at the end of the stack', async (t) => {
  const domain = RcuDomain.createSync();
  const { read } = domain.registerReader();
  const dive = (): void => read(dive);
  for (let dives = 0; dives < 100; dives++) {
    t.throws(dive, { name: 'RangeError' });
    domain.synchronizeSync();
  }
});

t.test('stats()', async (t) => {
  const domain = RcuDomain.createSync();
  t.strictSame(domain.stats(), { gracePeriods: 0, barriers: 0, readers: 0, timeouts: 0 });
  const reader = domain.registerReader();
  domain.registerReader();
  domain.synchronizeSync();
  t.strictSame(domain.stats(), { gracePeriods: 1, barriers: 2, readers: 2, timeouts: 0 });
  reader[Symbol.dispose]();
  t.equal(domain.stats().readers, 1);
});

t.test("users' own WebAssembly reads by the imports, and is refused by exceptions", async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 10, bytes: 64 });
  const { sum, unlock } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { rcu: { ...domain.imports } })
    .exports as { sum: (slot: number) => number; unlock: (slot: number) => void };
  const { memory, data } = domain.imports as { memory: { buffer: SharedArrayBuffer }; data: number };
  const words = new DataView(memory.buffer, data);
  words.setInt32(0, data + 16, true);
  words.setInt32(16, 40, true);
  words.setInt32(20, 2, true);
  const reader = domain.registerReader();
  t.equal(sum(reader.slot), 42);
  t.throws(() => unlock(reader.slot), { name: 'RcuError', code: 'ERR_RCU_NOT_LOCKED' });
  reader.readLock();
  t.equal(sum(reader.slot), 42, 'within a section');
  const cookie = domain.startPoll();
  t.equal(domain.poll(cookie), false);
  unlock(reader.slot);
  t.equal(domain.poll(cookie), true);
});

t.test('where membarrier(2) is denied, on symmetric fences', async (t) => {
  const child = fileURLToPath(new URL('../support/rcu/symmetric.js', import.meta.url));
  const denied = [Command.REGISTER_PRIVATE_EXPEDITED, constants.errno.EPERM];
  const { stdout, stderr, status } = await runBare([child, JSON.stringify(denied)]);
  t.match({ stderr, status }, { stderr: '', status: 0 });
  t.strictSame(JSON.parse(stdout), ['symmetric', false, true, 'read', 'callback']);
});
