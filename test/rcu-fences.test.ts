/**
 * Where RCU's heavy fences stand: what each is for happens to come in it, as on a processor that keeps a store back until it
 * has to let it go. Runs race for that too seldom (npm run faults). One thread plays both sides: the steps do not know of threads
 * but by their tokens.
 */
import { RcuDomain } from 'node-membarrier/rcu';
import t, { type Test } from 'tap';
import { createDriver } from '../lib/rcu/driver.js';
import { Stage } from '../lib/rcu/steps.js';
import { slotsOf, stateOf, stepsOf } from './support/rcu-words.js';

/** A reader, and a driver whose fences do what they are told. */
function readerAndDriver(t: Test) {
  const domain = RcuDomain.createSync({ maxReaders: 1 });
  const steps = stepsOf(domain);
  const slot = steps.SLOTS.value;
  const ticket = steps.claim(slot, 0);
  const fences: (() => void)[] = [];
  const driver = createDriver(steps, () => {
    const fence = fences.shift();
    if (fence === undefined) throw new Error('one fence too many');
    fence();
  });
  return {
    domain,
    steps,
    slot,
    driver,
    fences,
    lock: () => t.equal(steps.lock(slot, ticket), 0),
    unlock: () => t.equal(steps.unlock(slot, ticket), 0),
    /** A reader that has loaded FLAG before its store of the slot is seen: it wakes nobody. */
    storeSlot: () => [slot, slot + 4].map((address) => steps.store(address, 0)),
  };
}

t.test('the first, after the advance and before the scan: a slot that is stored in it is seen', async (t) => {
  const { domain, steps, slot, driver, fences, lock, unlock } = readerAndDriver(t);
  const cookie = steps.cookie();
  // It has loaded STATE before the advance, and the old pointer.
  lock();
  const word = [steps.load(slot), steps.load(slot + 4)] as const;
  steps.store(slot, 0);
  fences.push(() => {
    t.match(stateOf(domain), { stage: Stage.ADVANCED, sequence: cookie });
    steps.store(slot, word[0]);
    steps.store(slot + 4, word[1]);
  });
  t.equal(driver.drive(cookie), slot, 'is in the way');
  t.strictSame(fences, []);
  unlock();
  fences.push(() => {});
  t.equal(driver.drive(cookie), 0);
});

t.test('the second, after the scan and before the end: what a section has loaded, it has loaded by then', async (t) => {
  const { domain, steps, slot, driver, fences, lock, unlock } = readerAndDriver(t);
  lock();
  const cookie = steps.cookie();
  fences.push(() => {});
  t.equal(driver.drive(cookie), slot);
  unlock();
  fences.push(() => {
    t.match(stateOf(domain), { stage: Stage.SCANNED, sequence: cookie });
    t.match(slotsOf(domain), [{ nesting: 0 }]);
    t.equal(steps.isOver(cookie), 0);
  });
  t.equal(driver.drive(cookie), 0);
  t.strictSame(fences, []);
  t.equal(steps.isOver(cookie), 1);
});

t.test("the sleeper's, after FLAG and before its last look: a reader that has left unnoticed is seen", async (t) => {
  const { domain, steps, slot, driver, fences, lock, storeSlot } = readerAndDriver(t);
  lock();
  const cookie = steps.cookie();
  fences.push(() => {});
  t.equal(driver.drive(cookie), slot);
  fences.push(() => {
    t.match(stateOf(domain), { asleep: true });
    storeSlot();
  });
  t.ok(driver.announceSleep() % 2 !== 0);
  t.strictSame(fences, []);
  fences.push(() => {});
  t.equal(driver.drive(cookie), 0, 'there is nothing to sleep for');
});
