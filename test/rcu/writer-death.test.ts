/** A thread that ends while it waits for a grace period, or at any step on its way: it holds nobody up. */
import { setImmediate } from 'node:timers/promises';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { Stage, type Steps } from '../../lib/rcu/steps.js';
import { ends } from '../support/process/ends.js';
import { startRcuActor } from '../support/rcu/actor.js';
import { checkSlots, isAnyoneAsleep, stateOf } from '../support/rcu/words.js';

for (const end of ends) {
  t.test(`while a synchronize() and a callback of its own wait: ${end}`, async (t) => {
    const domain = RcuDomain.createSync();
    const reader = domain.registerReader();
    reader.readLock();
    const actor = startRcuActor(domain.handle);
    actor.tell('callRcu');
    actor.tell('synchronize');
    while (!isAnyoneAsleep(domain)) await setImmediate();
    const kill = await actor.condemn(end);
    if (end === 'naturally') {
      // They keep it alive.
      const dead = kill();
      reader.readUnlock();
      await dead;
    } else {
      await kill();
      t.equal(domain.poll(domain.startPoll()), false);
      reader.readUnlock();
    }
    domain.synchronizeSync();
    await domain.synchronize();
    t.equal(domain.stats().readers, 1);
  });
}

t.test('terminated as it sleeps in synchronizeSync(), alone and beside others', async (t) => {
  for (const others of [0, 2]) {
    const domain = RcuDomain.createSync();
    const reader = domain.registerReader();
    const dying = startRcuActor(domain.handle);
    const living = Array.from({ length: others }, () => startRcuActor(domain.handle));
    await Promise.all([dying, ...living].map((actor) => actor.do('attach')));
    reader.readLock();
    const over = Promise.all(living.map((actor) => actor.do('synchronizeSync')));
    dying.tell('synchronizeSync');
    while (!isAnyoneAsleep(domain)) await setImmediate();
    await dying.end();
    reader.readUnlock();
    await over;
    domain.synchronizeSync();
    t.equal(domain.stats().readers, 1 + others);
    await Promise.all(living.map((actor) => actor.end()));
  }
});

/** What a driver does, and in which stage the grace period is then. */
const steps: readonly (readonly [step: keyof Steps | 'heavy', stage: Stage])[] = [
  ['beginOrJoin', Stage.ADVANCED],
  ['heavy', Stage.ADVANCED],
  ['fenced', Stage.FENCED],
  ['beginOrJoin', Stage.FENCED],
  ['scan', Stage.FENCED],
  ['heavy', Stage.FENCED],
  ['finish', Stage.DONE],
];

for (const [i, [last, stage]] of steps.entries()) {
  t.test(`after step ${i}, ${last}: ${Stage[stage]}`, async (t) => {
    const taken = steps.slice(0, i + 1).map(([step]) => step);
    for (const asleep of [false, true]) {
      const domain = RcuDomain.createSync();
      const own = domain.registerReader();
      const waiting = startRcuActor(domain.handle);
      const dying = startRcuActor(domain.handle);
      await dying.do('take', asleep ? [...taken, 'requestWakeUp'] : taken);
      t.match(stateOf(domain), { sequence: 1, stage });
      t.equal(isAnyoneAsleep(domain), asleep);
      own.readLock(); // in the way of this grace period until its first fence, and then of the next
      await dying.end();
      const over = waiting.do('synchronizeSync');
      const cookie = domain.startPoll();
      t.equal(domain.poll(cookie), false, 'readers are waited for as ever');
      t.match(stateOf(domain), { sequence: stage === Stage.ADVANCED ? 1 : 2, stage: Stage.FENCED });
      own.readUnlock();
      domain.synchronizeSync();
      await over;
      checkSlots(domain);
      await waiting.end();
    }
  });
}
