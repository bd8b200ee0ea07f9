/**
 * The event-loop flavor: a grace period waits for each thread's callback that runs, and for nothing else. Whatever the
 * thread does meanwhile, it is waited for or says that it need not be.
 */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { runBare } from '../support/process/fresh.js';
import { type RcuAct, type RcuActor, startRcuActor } from '../support/rcu/actor.js';
import { sleepForever } from '../support/rcu/words.js';

const create = (options = {}) => RcuDomain.createSync({ flavor: 'qsbr', ...options });

/** A callback of an actor that lasts until it is let go. */
async function lasting(actor: RcuActor, act: RcuAct) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  actor.tell(act, words);
  while (Atomics.load(words, 0) === 0) await setTimeout(1);
  return {
    isRunning: () => Atomics.load(words, 0) === 1,
    async end() {
      const answered = once(actor.worker, 'message');
      Atomics.store(words, 1, 1);
      Atomics.notify(words, 1);
      await answered;
    },
  };
}

/** In milliseconds, for what should not happen meanwhile. */
const MOMENT = 30;

t.test('its name, and what it does without', async (t) => {
  const domain = create();
  t.match(domain, { flavor: 'qsbr', strategy: 'symmetric' });
  t.equal(RcuDomain.createSync().flavor, 'memb', 'by default');
  t.equal(RcuDomain.attach(domain.handle).flavor, 'qsbr', 'a handle brings it along');
  domain.registerReader();
  await domain.synchronize();
  domain.synchronizeSync();
  t.match(domain.stats(), { gracePeriods: 2, barriers: 0, readers: 1 });
});

t.test('idle threads hold nothing up, and no wake-up is lost', async (t) => {
  const domain = create();
  sleepForever(domain);
  const actors = [1, 2, 3].map(() => startRcuActor(domain.handle));
  for (const actor of actors) await actor.do('attach');
  domain.registerReader();
  for (let i = 0; i < 20; i++) await domain.synchronize();
  domain.synchronizeSync();
  const cookie = domain.startPoll();
  while (!domain.poll(cookie)) await setTimeout(1);
  let called = false;
  domain.callRcu(() => {
    called = true;
  });
  await domain.barrier();
  t.ok(called);
  t.equal(domain.stats().readers, 4);
  for (const actor of actors) await actor.end();
});

t.test('a callback that runs is waited for', async (t) => {
  const domain = create();
  const actor = startRcuActor(domain.handle);
  await actor.do('attach');
  for (const act of ['compute', 'block', 'runMicrotasks'] as const) {
    const callback = await lasting(actor, act);
    let isOver = false;
    const wait = async () => {
      await domain.synchronize();
      isOver = true;
    };
    const waited = wait();
    await setTimeout(MOMENT);
    t.notOk(isOver, act);
    const ended = callback.end();
    await waited;
    t.notOk(callback.isRunning());
    await ended;
  }
  await actor.end();
});

t.test('callbacks that follow each other without end hold nothing up', async (t) => {
  const domain = create();
  const actor = startRcuActor(domain.handle);
  await actor.do('attach');
  const callbacks = await lasting(actor, 'runImmediates');
  for (let i = 0; i < 20; i++) await domain.synchronize();
  domain.synchronizeSync();
  t.ok(callbacks.isRunning());
  await callbacks.end();
  await actor.end();
});

t.test('unless its thread says that it holds nothing', async (t) => {
  const domain = create();
  const actor = startRcuActor(domain.handle);
  await actor.do('attach');
  for (const act of ['computeQuiescently', 'blockOffline'] as const) {
    const callback = await lasting(actor, act);
    await domain.synchronize();
    domain.synchronizeSync();
    t.ok(callback.isRunning(), act);
    await callback.end();
  }
  t.equal(await actor.do('offline'), undefined);
  const offline = await lasting(actor, 'compute');
  await domain.synchronize();
  t.ok(offline.isRunning(), 'offline');
  await offline.end();
  t.equal(await actor.do('online'), undefined);
  const online = await lasting(actor, 'compute');
  const cookie = domain.startPoll();
  for (let look = 0; look < 10; look++) t.equal(domain.poll(cookie), false, 'online');
  await online.end();
  while (!domain.poll(cookie)) await setTimeout(1);
  await actor.end();
});

t.test('a thread that synchronizes goes offline for it', async (t) => {
  const domain = create();
  const actors = [startRcuActor(domain.handle), startRcuActor(domain.handle)];
  for (const actor of actors) await actor.do('attach');
  for (let round = 0; round < 50; round++) {
    // Each would wait for the other.
    await Promise.all(actors.map((actor) => actor.do('synchronizeSync')));
  }
  t.ok(domain.stats().gracePeriods >= 50);
  for (const actor of actors) await actor.end();
});

t.test('a second reader of a thread says nothing for the first', async (t) => {
  const domain = create();
  const first = domain.registerReader();
  const cookie = domain.startPoll();
  t.equal(domain.poll(cookie), false);
  const second = domain.registerReader();
  second.quiescentState();
  second.offline();
  second.online();
  t.equal(domain.poll(cookie), false, 'the first one is still waited for, inside this callback');
  second[Symbol.dispose]();
  t.equal(domain.poll(cookie), false);
  first.quiescentState();
  t.equal(domain.poll(cookie), true);
});

t.test('what is refused changes nothing', async (t) => {
  const domain = create();
  const reader = domain.registerReader();
  t.throws(() => reader.online(), { code: 'ERR_RCU_ONLINE' });
  reader.offline();
  t.throws(() => reader.offline(), { code: 'ERR_RCU_OFFLINE' });
  t.throws(() => reader.quiescentState(), { code: 'ERR_RCU_OFFLINE' });
  reader.online();
  await domain.synchronize();
  t.throws(() => reader.read((async () => {}) as never), { code: 'ERR_INVALID_RETURN_VALUE' });
  reader[Symbol.dispose]();
  reader[Symbol.dispose]();
  for (const call of [reader.online, reader.offline, reader.quiescentState]) {
    t.throws(call, { code: 'ERR_RCU_DISPOSED' });
  }
  t.equal(domain.stats().readers, 0);
  for (const flavor of ['', 'mb', 'QSBR'] as never[]) t.throws(() => create({ flavor }), { code: 'ERR_OUT_OF_RANGE' });
  for (const flavor of [null, 1] as never[]) t.throws(() => create({ flavor }), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => create({ debug: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
});

t.test('two objects for a domain in one thread', async (t) => {
  const domain = create();
  const other = RcuDomain.attach(domain.handle);
  const reader = other.registerReader();
  domain.registerReader();
  await domain.synchronize();
  domain.synchronizeSync();
  other.synchronizeSync();
  reader.offline();
  domain.synchronizeSync();
  t.throws(() => reader.quiescentState(), { code: 'ERR_RCU_OFFLINE' }, 'what was offline stays so');
  t.equal(domain.stats().readers, 2);
});

t.test('imports for WebAssembly enter nothing, and so leave nothing', async (t) => {
  const domain = create();
  const { slot } = domain.registerReader();
  const cookie = domain.startPoll();
  domain.imports.readLock(slot);
  for (let twice = 0; twice < 2; twice++) domain.imports.readUnlock(slot);
  t.equal(domain.poll(cookie), false, 'the reader is online as before');
  const actor = startRcuActor(domain.handle);
  const theirs = (await actor.do('attach')) as number;
  for (const other of [theirs, 0, slot + 4]) {
    t.throws(() => domain.imports.readLock(other), { code: 'ERR_RCU_FOREIGN_READER' });
    t.throws(() => domain.imports.readUnlock(other), { code: 'ERR_RCU_FOREIGN_READER' });
  }
  await actor.end();
});

t.test('in the memb flavor the three calls do nothing', async (t) => {
  const domain = RcuDomain.createSync();
  const { readLock, readUnlock, offline, online, quiescentState } = domain.registerReader();
  readLock();
  for (const call of [online, offline, offline, quiescentState, online]) call();
  const cookie = domain.startPoll();
  t.equal(domain.poll(cookie), false, 'the section is still open');
  readUnlock();
  t.equal(domain.poll(cookie), true);
});

t.test('a thread that ends, and one that does not turn', async (t) => {
  const domain = create({ stallTimeout: 100 });
  const mortal = startRcuActor(domain.handle);
  await mortal.do('attach');
  const kill = await mortal.condemn('loop');
  const waited = domain.synchronize();
  const [warning] = (await once(process, 'warning')) as [Error];
  t.match(warning, {
    name: 'RcuStallWarning',
    message: /for worker \d+(?: \("\w*"\))?, which has not returned to its event loop\. /,
  });
  await kill();
  await waited;
  t.equal(domain.stats().readers, 0);
});

t.test('debug mode', async (t) => {
  const domain = create({ debug: true });
  const reader = domain.registerReader();
  for (const call of [
    reader.offline,
    reader.quiescentState,
    () => reader[Symbol.dispose](),
    () => domain[Symbol.dispose](),
    () => domain.synchronizeSync(),
  ]) {
    reader.readLock();
    t.throws(call, { code: 'ERR_RCU_INSIDE' });
    reader.readUnlock();
  }
  t.throws(() => reader.readUnlock(), { code: 'ERR_RCU_NOT_LOCKED' });
  reader.offline();
  t.throws(() => reader.readLock(), { code: 'ERR_RCU_OFFLINE' });
  t.throws(() => reader.read(() => 1), { code: 'ERR_RCU_OFFLINE' });
  reader.online();
  t.equal(
    reader.read(() => 1),
    1,
  );
  reader.readLock();
  const warned = once(process, 'warning');
  await domain.synchronize();
  t.match(await warned, [{ name: 'RcuSectionWarning', message: /was open when its callback returned/ }]);
  t.throws(() => reader.readUnlock(), { code: 'ERR_RCU_NOT_LOCKED' }, 'it is over');
});

t.test('in a context with a microtask queue of its own', async (t) => {
  const program = fileURLToPath(new URL('../support/rcu/own-queue.js', import.meta.url));
  const { stdout, stderr } = await runBare(['--experimental-vm-modules', '--no-warnings', program]);
  t.equal(stdout, '5\n', stderr);
});
