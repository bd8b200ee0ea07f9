/** A thread that ends in a section, however it ends: nobody is held up, and its slot is used again. */
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { ends } from '../support/process/ends.js';
import { startRcuActor } from '../support/rcu/actor.js';
import { startMortal } from '../support/rcu/mortal.js';
import { slotsOf, stateOf } from '../support/rcu/words.js';

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
        while (slotsOf(domain)[0]?.nesting === 0) await new Promise(setImmediate);
        t.equal(domain.poll(cookie), false, 'while it lives, it is waited for');
        t.throws(() => domain.registerReader(), { code: 'ERR_RCU_TOO_MANY_READERS' });
      }
      await mortal.end();
      await wait(domain);
      t.equal(domain.stats().readers, 0, name);
      const reader = domain.registerReader();
      reader.read(() => {});
      domain.synchronizeSync();
      t.equal(stateOf(domain).mark, 1, 'its slot has another reader');
    }
  });
}

for (const end of ends) {
  t.test(`who waits when it ends goes on: ${end}`, async (t) => {
    for (const wait of [waits.synchronize, waits.callRcu, waits.poll]) {
      const domain = RcuDomain.createSync();
      const actor = startRcuActor(domain.handle);
      await actor.do('readLock');
      const waited = wait(domain);
      const kill = await actor.condemn(end);
      while (stateOf(domain).sequence === 0) await new Promise(setImmediate);
      await kill();
      await waited;
      t.equal(domain.stats().gracePeriods, 1);
    }

    const domain = RcuDomain.createSync();
    const actor = startRcuActor(domain.handle);
    await actor.do('readLock');
    const dead = (await actor.condemn(end))();
    domain.synchronizeSync(); // blocks the thread that has it die
    // In the event-loop flavor the wait may end with a turn before that, unless the thread is in its last callback.
    if (domain.flavor === 'memb' || end === 'loop' || end === 'wait') t.equal(domain.stats().readers, 0);
    await dead;
  });
}

t.test('a reader that ends outside of a section leaves a slot to be found', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 1 });
  await (await startMortal(domain.handle, 'synchronizing', 'naturally')).end();
  domain.registerReader();
  t.equal(domain.stats().readers, 1);
});
