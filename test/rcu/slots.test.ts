/** Slots: all of them can be had, each is used again when its reader is disposed of or dead, and scans stay short. */
import { RcuDomain, type RcuReader } from 'node-membarrier/rcu';
import t from 'tap';
import { type RcuActor, startRcuActor } from '../support/rcu/actor.js';
import { checkSlots, slotsOf, stateOf } from '../support/rcu/words.js';

const register = (domain: RcuDomain, count: number): RcuReader[] =>
  Array.from({ length: count }, () => domain.registerReader());

const full = { code: 'ERR_RCU_TOO_MANY_READERS' };

async function readersElsewhere(domain: RcuDomain, threads: number, each: number): Promise<RcuActor[]> {
  const actors = Array.from({ length: threads }, () => startRcuActor(domain.handle));
  for (const actor of actors) for (let i = 1; i < each; i++) await actor.do('register');
  await Promise.all(actors.map((actor) => actor.do('attach')));
  return actors;
}

t.test('as many readers as slots, and one more when any of them is disposed of', async (t) => {
  for (const maxReaders of [1, 2, 3, 100]) {
    const domain = RcuDomain.createSync({ maxReaders });
    const readers = register(domain, maxReaders);
    t.equal(new Set(readers.map(({ slot }) => slot)).size, maxReaders, 'each has a slot of its own');
    for (const reader of readers) {
      t.throws(() => domain.registerReader(), full);
      reader[Symbol.dispose]();
      t.equal(domain.registerReader().slot, reader.slot);
    }
    t.throws(() => domain.registerReader(), full);
    domain.synchronizeSync();
  }
});

t.test('a reader that is disposed of has no power over the one that has its slot now', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 1 });
  const old = domain.registerReader();
  old[Symbol.dispose]();
  const reader = domain.registerReader();
  reader.readLock();
  for (const act of [old.readLock, old.readUnlock]) t.throws(act, { code: 'ERR_RCU_DISPOSED' });
  old[Symbol.dispose]();
  t.equal(domain.poll(domain.startPoll()), false);
  t.match(slotsOf(domain), [{ nesting: 1 }]);
  reader.readUnlock();
});

t.test('threads of which each has several, full among them all', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 6 });
  const actors = await readersElsewhere(domain, 3, 2);
  t.throws(() => domain.registerReader(), full);
  t.equal(await actors[0]?.do('register'), full.code, 'for them as well');
  await actors[1]?.do('dispose');
  domain.registerReader();
  t.throws(() => domain.registerReader(), full);
  await actors[2]?.end();
  register(domain, 2);
  t.throws(() => domain.registerReader(), full, 'two slots of one dead thread');
  await Promise.all(actors.map((actor) => actor.end()));
  register(domain, 3);
  t.throws(() => domain.registerReader(), full);
  checkSlots(domain);
});

t.test('readers that come and go do not make scans longer', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 1000 });
  const staying = register(domain, 5);
  for (let i = 0; i < 200; i++) for (const reader of register(domain, 3)) reader[Symbol.dispose]();
  t.equal(stateOf(domain).mark, staying.length + 3);
});

t.test('nor do those that die: slots in use are at most twice the readers that ever lived at once', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 1000 });
  register(domain, 3);
  for (let round = 0; round < 6; round++) {
    const actors = await readersElsewhere(domain, 2, 3);
    await Promise.all(actors.map((actor) => actor.end()));
    t.ok(stateOf(domain).mark <= 2 * (3 + 6), `${stateOf(domain).mark} slots`);
  }
  t.equal(domain.stats().readers, 3);
});

t.test('thousands of readers, each of which is waited for', async (t) => {
  const maxReaders = 4096;
  const domain = RcuDomain.createSync({ maxReaders });
  const readers = register(domain, maxReaders);
  t.throws(() => domain.registerReader(), full);
  domain.synchronizeSync();
  for (const i of [0, 1, 2000, maxReaders - 1]) {
    const reader = readers[i] as RcuReader;
    reader.readLock();
    const cookie = domain.startPoll();
    t.equal(domain.poll(cookie), false, `reader ${i}`);
    reader.readUnlock();
    t.equal(domain.poll(cookie), true);
  }
  for (const reader of readers) reader.readLock();
  const cookie = domain.startPoll();
  for (const reader of readers) {
    if (domain.poll(cookie)) t.fail('over before the last section was');
    reader.readUnlock();
  }
  t.equal(domain.poll(cookie), true);
  for (const reader of readers) reader[Symbol.dispose]();
  t.match(domain.stats(), { readers: 0, timeouts: 0 });
});
