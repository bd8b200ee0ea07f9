/** A thread that ends in a section, or while it waits, however it ends: nobody is held up, and its slot is used again. */
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { ends, startMortal } from './support/rcu-mortal.js';
import { checkSlots, slotsOf } from './support/rcu-words.js';

/** The ways to wait for a grace period. */
const waits = {
  synchronize: (domain: RcuDomain) => domain.synchronize(),
  synchronizeSync: (domain: RcuDomain) => domain.synchronizeSync(),
  callRcu: async (domain: RcuDomain) => {
    let called = false;
    domain.callRcu(() => {
      called = true;
    });
    await domain.barrier();
    if (!called) throw new Error('the callback was not called');
  },
  poll: async (domain: RcuDomain) => {
    const cookie = domain.startPoll();
    while (!domain.poll(cookie)) await new Promise(setImmediate);
  },
};

for (const end of ends) {
  t.test(`in a section: ${end}`, async (t) => {
    for (const [name, wait] of Object.entries(waits)) {
      // One slot, which has to be found again.
      const domain = RcuDomain.createSync({ maxReaders: 1 });
      const mortal = await startMortal(domain.handle, 'section', end);
      if (end === 'loop' || end === 'wait') {
        const cookie = domain.startPoll();
        while (slotsOf(domain)[0]?.word === 0n) await new Promise(setImmediate);
        t.equal(domain.poll(cookie), false, 'while it lives, it is waited for');
        t.throws(() => domain.registerReader(), { code: 'ERR_RCU_TOO_MANY_READERS' });
      }
      await mortal.end();
      await wait(domain);
      t.equal(domain.stats().readers, 0, name);
      const reader = domain.registerReader();
      reader.read(() => {});
      domain.synchronizeSync();
      t.equal(slotsOf(domain).length, 1, 'its slot has another reader');
    }
  });
}

t.test('who waits when it ends is told', async (t) => {
  for (const wait of [waits.synchronize, waits.callRcu, waits.poll]) {
    const domain = RcuDomain.createSync();
    const mortal = await startMortal(domain.handle, 'section', 'loop');
    const waited = wait(domain);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await mortal.end();
    await waited;
    t.equal(domain.stats().gracePeriods, 1);
  }
});

t.test('a reader that ends outside of a section leaves a slot to be found', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 1 });
  await (await startMortal(domain.handle, 'synchronizing', 'naturally')).end();
  domain.registerReader();
  t.equal(domain.stats().readers, 1);
});

t.test('whoever dies while it waits leaves nothing behind', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  for (let round = 0; round < 10; round++) {
    reader.readLock();
    const mortals = await Promise.all([
      startMortal(domain.handle, 'waiting', 'loop'),
      startMortal(domain.handle, 'synchronizing', 'loop'),
    ]);
    await Promise.all(mortals.map((mortal) => mortal.end()));
    reader.readUnlock();
    domain.synchronizeSync();
    checkSlots(domain);
  }
  t.equal(domain.stats().readers, 1);
});
