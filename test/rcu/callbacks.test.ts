/** callRcu(): order, errors, batches, deaths; and what becomes of callbacks when a heavy fence fails. */
import { AsyncLocalStorage } from 'node:async_hooks';
import diagnostics_channel from 'node:diagnostics_channel';
import { constants } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'node-membarrier';
import { RcuDomain, STALL_CHANNEL } from 'node-membarrier/rcu';
import t, { type Test } from 'tap';
import { runBare } from '../support/process/fresh.js';
import { startRcuActor } from '../support/rcu/actor.js';

/** What a program prints, as JSON. */
async function printed(t: Test, program: string, ...args: string[]): Promise<unknown> {
  const { stdout, stderr, status } = await runBare([
    fileURLToPath(new URL(`../support/rcu/${program}.js`, import.meta.url)),
    ...args,
  ]);
  t.match({ stderr, status }, { stderr: '', status: 0 });
  return JSON.parse(stdout);
}

t.test('thousands of callbacks run in order, and share grace periods', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  const order: number[] = [];
  let next = 0;
  const queue = (many: number) => {
    for (let i = 0; i < many; i++) {
      const mine = next++;
      domain.callRcu(() => order.push(mine));
    }
  };
  queue(5000);
  reader.readLock();
  await setTimeout(30);
  t.equal(order.length, 0, 'none while the section is open');
  queue(5000); // during a grace period
  reader.readUnlock();
  domain.callRcu(() => queue(5000)); // by a callback
  await domain.barrier();
  t.ok(order.length >= 10_000, 'a barrier waits for what was queued before it');
  await domain.barrier();
  t.strictSame(
    order,
    Array.from({ length: 15_000 }, (_, i) => i),
  );
  t.ok(domain.stats().gracePeriods <= 6, `${domain.stats().gracePeriods} grace periods`);
});

t.test('they do not hold the event loop up', async (t) => {
  const domain = RcuDomain.createSync();
  let ran = 0;
  for (let i = 0; i < 5000; i++) domain.callRcu(() => ran++);
  const seen = new Set<number>();
  const done = domain.barrier().then(() => 'done');
  while ((await Promise.race([done, setImmediate('turn')])) === 'turn') seen.add(ran);
  t.ok(seen.size >= 4, `other turns have seen ${[...seen].join(', ')}`);
});

t.test('barrier() with nothing queued', async (t) => {
  const domain = RcuDomain.createSync();
  await domain.barrier();
  await Promise.all([domain.barrier(), domain.barrier()]);
  t.ok(domain.stats().gracePeriods <= 2);
});

t.test('a dead thread loses its callbacks, and no other thread does', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  reader.readLock();
  const [dying, living] = [startRcuActor(domain.handle), startRcuActor(domain.handle)];
  let called = false;
  domain.callRcu(() => {
    called = true;
  });
  const theirs = living.do('callRcu');
  dying.tell('callRcu');
  const kill = await dying.condemn('loop');
  await kill();
  t.equal(called, false);
  reader.readUnlock();
  await Promise.all([domain.barrier(), theirs]);
  t.equal(called, true);
  await living.end();
});

t.test("an error is an uncaught exception in its caller's async context, and the others run after it", async (t) => {
  t.strictSame(await printed(t, 'throwing-callbacks'), {
    uncaught: ['first, called by request first', 'third, called by request third'],
    called: ['first', 'second', 'third', 'fourth'],
  });
});

const denied = JSON.stringify([Command.PRIVATE_EXPEDITED, constants.errno.EPERM]);

t.test('a heavy fence that fails: all who wait are told, and callbacks are kept', async (t) => {
  t.strictSame(await printed(t, 'denied', denied), {
    synchronizeSync: 'BlockedError',
    poll: 'BlockedError',
    synchronize: ['BlockedError', 'BlockedError'],
    worker: 'ERR_MEMBARRIER_BLOCKED',
    barrier: 'BlockedError',
    uncaught: ['BlockedError', 'BlockedError'],
    calledWhileDenied: [],
    calledThen: ['first', 'second', 'third', 'last'],
  });
});

t.test('a heavy fence that fails and is tried again at once does not hold the event loop up', async (t) => {
  t.equal(await printed(t, 'denied-retries'), true);
});

t.test('a barrier() that has resolved is no one to tell it to', async (t) => {
  t.strictSame(await printed(t, 'denied-callback', denied), ['called', 'barrier', 'uncaught: BlockedError']);
});

t.test("each callback runs in its caller's async context", async (t) => {
  const domain = RcuDomain.createSync();
  const storage = new AsyncLocalStorage<string>();
  const seen: string[] = [];
  for (const request of ['A', 'B', 'C']) {
    storage.run(request, () => domain.callRcu(() => seen.push(`${request} ${storage.getStore()}`)));
  }
  await storage.run('D', () => domain.barrier());
  domain.callRcu(() => seen.push(`none ${storage.getStore()}`));
  await domain.barrier();
  t.strictSame(seen, ['A A', 'B B', 'C C', 'none undefined']);

  const requests = Array.from({ length: 600 }, (_, i) => `request ${i}`);
  const found = new Set<unknown>();
  await Promise.all(
    requests.map((request) =>
      storage.run(request, async () => {
        await setImmediate();
        await new Promise<void>((resolve) => {
          domain.callRcu(() => {
            found.add(storage.getStore());
            resolve();
          });
        });
        t.equal(storage.getStore(), request);
      }),
    ),
  );
  t.equal(found.size, 600);
});

t.test("a wait's own context is kept, and a stall is told in that of the domain", async (t) => {
  const storage = new AsyncLocalStorage<string>();
  const domain = storage.run('domain', () => RcuDomain.createSync({ stallTimeout: 10 }));
  const reader = domain.registerReader();
  const told: unknown[] = [];
  const listen = () => told.push(storage.getStore());
  diagnostics_channel.subscribe(STALL_CHANNEL, listen);
  process.removeAllListeners('warning');
  reader.readLock();
  const stores = ['A', 'B'].map((request) =>
    storage.run(request, async () => {
      await domain.synchronize();
      return storage.getStore();
    }),
  );
  while (told.length === 0) await setTimeout(5);
  reader.readUnlock();
  t.strictSame(await Promise.all(stores), ['A', 'B']);
  diagnostics_channel.unsubscribe(STALL_CHANNEL, listen);
  t.equal(told[0], 'domain');
});
