/**
 * What waiting costs, in barriers and sleeps: calls that are made together share grace periods, idle readers put nobody
 * to sleep, and a sleeper is woken. Sleeps have no time limit here, so that a lost waking hangs.
 */
import { availableParallelism } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { type RcuActor, startRcuActor } from '../support/rcu/actor.js';
import { startMortal } from '../support/rcu/mortal.js';
import { isAnyoneAsleep, sleepForever } from '../support/rcu/words.js';

const sixteen = <T>(call: (i: number) => T): T[] => Array.from({ length: 16 }, (_, i) => call(i));

function domainWithoutNaps(): RcuDomain {
  const domain = RcuDomain.createSync();
  sleepForever(domain);
  return domain;
}

async function attached(domain: RcuDomain, count: number): Promise<RcuActor[]> {
  const actors = Array.from({ length: count }, () => startRcuActor(domain.handle));
  await Promise.all(actors.map((actor) => actor.do('attach')));
  return actors;
}

t.test('16 synchronize() at once: one grace period, and two if one is under way', async (t) => {
  const domain = domainWithoutNaps();
  const reader = domain.registerReader();
  await Promise.all(sixteen(() => domain.synchronize()));
  t.match(domain.stats(), { gracePeriods: 1, barriers: 2 });

  reader.readLock();
  const first = domain.synchronize();
  while (!isAnyoneAsleep(domain)) await setImmediate();
  const { barriers } = domain.stats();
  t.equal(barriers, 2 + 2, 'the first of the grace period, and one before the sleep');
  const all = sixteen(() => domain.synchronize());
  reader.readUnlock();
  await Promise.all([first, ...all]);
  t.match(domain.stats(), { gracePeriods: 3, barriers: barriers + 1 + 2, timeouts: 0 });
});

t.test('16 threads in synchronizeSync() that begin during a grace period share the next one', async (t) => {
  const domain = domainWithoutNaps();
  const reader = domain.registerReader();
  const actors = await attached(domain, 16);
  for (let round = 1; round <= 5; round++) {
    reader.readLock();
    domain.poll(domain.startPoll()); // the first barrier
    const before = domain.stats().barriers;
    const over = Promise.all(actors.map((actor) => actor.do('synchronizeSync')));
    // Each has one before it sleeps.
    while (domain.stats().barriers < before + 16) await setTimeout(1);
    reader.readUnlock();
    await over;
    // Not how many barriers: all of them wake up at once, and each may find that the next step is its own.
    t.match(domain.stats(), { gracePeriods: 2 * round, timeouts: 0 });
  }
  await Promise.all(actors.map((actor) => actor.end()));
});

t.test('idle readers, many and in other threads: two barriers each, and nobody sleeps', async (t) => {
  const domain = domainWithoutNaps();
  const actors = await attached(domain, 2);
  for (let i = 0; i < 100; i++) domain.registerReader().read(() => {});
  for (let i = 1; i <= 100; i++) {
    domain.synchronizeSync();
    t.strictSame(domain.stats(), { gracePeriods: i, barriers: 2 * i, readers: 102, timeouts: 0 });
    t.equal(isAnyoneAsleep(domain), false);
  }
  for (let i = 101; i <= 200; i++) await domain.synchronize();
  t.strictSame(domain.stats(), { gracePeriods: 200, barriers: 400, readers: 102, timeouts: 0 });
  await Promise.all(actors.map((actor) => actor.end()));
});

t.test('a reader that leaves wakes who sleeps, in this thread and in others', async (t) => {
  const domain = domainWithoutNaps();
  const [reader, ...waiting] = (await attached(domain, 4)) as [RcuActor, ...RcuActor[]];
  for (let round = 0; round < 20; round++) {
    await reader.do('readLock');
    const asleep = domain.stats().barriers + 1 + waiting.length + 1;
    const called = new Promise<void>((resolve) => {
      domain.callRcu(resolve);
    });
    const over = Promise.all([
      domain.synchronize(),
      called,
      ...waiting.map((actor, i) => actor.do(i === 0 ? 'synchronize' : 'synchronizeSync')),
    ]);
    while (domain.stats().barriers < asleep) await setTimeout(1);
    await reader.do('readUnlock');
    await over;
  }
  // While this thread is blocked, by a reader that comes and goes.
  const mortal = await startMortal(domain.handle, 'reading', 'loop');
  const before = domain.stats();
  for (let round = 0; round < 2000; round++) domain.synchronizeSync();
  t.ok(domain.stats().gracePeriods - before.gracePeriods >= 2000);
  t.equal(domain.stats().timeouts, 0);
  await reader.do('readLock');
  await reader.do('readUnlockLater', 30);
  domain.synchronizeSync();
  t.equal(domain.stats().timeouts, 0);
  await Promise.all([mortal.end(), ...[reader, ...waiting].map((actor) => actor.end())]);
});

t.test('a sleep is cut short by a nap, which is counted', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  reader.readLock();
  const over = domain.synchronize();
  while (domain.stats().timeouts < 2) await setTimeout(1);
  reader.readUnlock();
  await over;
  t.equal(domain.stats().gracePeriods, 1);
});

t.test('more readers than CPUs, in tight loops: three barriers for each grace period at most', async (t) => {
  const domain = domainWithoutNaps();
  const readers = await Promise.all(
    Array.from({ length: availableParallelism() + 2 }, () => startMortal(domain.handle, 'reading', 'loop')),
  );
  for (const wait of ['synchronize', 'synchronizeSync'] as const) {
    const before = domain.stats();
    for (let i = 0; i < 40; i++) {
      await domain[wait]();
      await setTimeout(2); // so that readers have been switched out when the next one begins
    }
    const { gracePeriods, barriers, timeouts } = domain.stats();
    const each = (barriers - before.barriers) / (gracePeriods - before.gracePeriods);
    t.ok(each <= 3, `${each} barriers for each of ${gracePeriods - before.gracePeriods} grace periods, by ${wait}`);
    t.equal(timeouts, 0);
  }
  await Promise.all(readers.map((reader) => reader.end()));
});

t.test('one more for each further thread that sleeps', async (t) => {
  const domain = domainWithoutNaps();
  const [reader, ...waiting] = (await attached(domain, 5)) as [RcuActor, ...RcuActor[]];
  await reader.do('readLock');
  const before = domain.stats().barriers;
  const over = Promise.all([domain.synchronize(), ...waiting.map((actor) => actor.do('synchronizeSync'))]);
  const threads = 1 + waiting.length;
  while (domain.stats().barriers < before + 1 + threads) await setTimeout(1);
  await setTimeout(50);
  const { barriers } = domain.stats();
  t.ok(barriers <= before + 2 * threads, 'the first, which all may have at once, and one for each that sleeps');
  await setTimeout(50);
  t.equal(domain.stats().barriers, barriers, 'and no more while they sleep');
  await reader.do('readUnlock');
  await over;
  // All of them wake up at once, and each may find that the last step is its own, or that it is named by a later
  // cookie.
  t.equal(domain.stats().timeouts, 0);
  await Promise.all([reader, ...waiting].map((actor) => actor.end()));
});

t.test('naps become longer, so that a thread that waits in many domains is not kept busy', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  reader.readLock();
  const over = domain.synchronize();
  const end = performance.now() + 1500;
  while (performance.now() < end) await setTimeout(50);
  // Each is as long as all before it, from 1 ms on: 11 in 1.5 seconds. On a busy machine there are fewer.
  const { timeouts } = domain.stats();
  t.ok(timeouts >= 3 && timeouts <= 16, `${timeouts} naps`);
  reader.readUnlock();
  await over;
});
