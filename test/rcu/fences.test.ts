/**
 * Where RCU's heavy fences stand: what each is for happens to come in it, as on a processor that keeps a store back
 * until it has to let it go. Runs race for that too seldom (npm run faults). One thread plays both sides: the steps do
 * not know of threads but by their tokens.
 */
import { RcuDomain } from 'node-membarrier/rcu';
import t, { type Test } from 'tap';
import { createDriver } from '../../lib/rcu/driver.js';
import { Stage } from '../../lib/rcu/steps.js';
import { slotsOf, stateOf, stepsOf } from '../support/rcu/words.js';

/** A reader, and a driver whose fences run what the test puts in them. */
function readerAndDriver(t: Test) {
  const domain = RcuDomain.createSync({ maxReaders: 2 });
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
    /** A reader that has loaded WAIT_WORD before its store of the slot is seen: it wakes nobody. */
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
    t.match(stateOf(domain), { stage: Stage.FENCED, sequence: cookie });
    t.match(slotsOf(domain), [{ nesting: 0 }, {}]);
    t.equal(steps.isOver(cookie), 0);
  });
  t.equal(driver.drive(cookie), 0);
  t.strictSame(fences, []);
  t.equal(steps.isOver(cookie), 1);
});

t.test(
  "the sleeper's, after WAIT_WORD and before its last look: a reader that has left unnoticed is seen",
  async (t) => {
    const { domain, steps, slot, driver, fences, lock, storeSlot } = readerAndDriver(t);
    lock();
    const cookie = steps.cookie();
    fences.push(() => {});
    t.equal(driver.drive(cookie), slot);
    fences.push(
      () => {
        t.match(slotsOf(domain), [{ waitWord: true }, {}]);
        storeSlot();
      },
      () => {},
    );
    t.equal(driver.driveOrAnnounceSleep(cookie), undefined, 'there is nothing to sleep for');
    t.strictSame(fences, []);
  },
);

t.test(
  "a sleeper has a fence of its own, though another has marked the slot: that one's may not have come yet",
  async (t) => {
    const { steps, slot, driver, fences, lock } = readerAndDriver(t);
    lock();
    const cookie = steps.cookie();
    const waitWord = steps.requestWakeUp(slot); // by another thread
    fences.push(
      () => {},
      () => {},
    );
    t.strictSame(driver.driveOrAnnounceSleep(cookie), { cookie, slot, waitWord });
    t.strictSame(fences, [], "the first of the grace period, and the sleeper's");
    t.strictSame(driver.driveOrAnnounceSleep(cookie), { cookie, slot, waitWord }, 'and no second one after a nap');
  },
);

t.test('a slot that was seen out of the way is done with, though a reader stores an old word late', async (t) => {
  const { steps, slot, driver, fences } = readerAndDriver(t);
  const second = slot + steps.SLOT_SIZE.value;
  const ticket = steps.claim(second, 0);
  const cookie = steps.cookie();
  steps.lock(second, ticket);
  fences.push(() => {});
  t.equal(driver.drive(cookie), second, 'the pass has seen the first slot out of the way');
  // The reader in the first slot has loaded STATE before the advance, was interrupted, and stores now.
  for (const word of [0, 4]) steps.store(slot + word, steps.load(second + word));
  steps.unlock(second, ticket);
  fences.push(() => {});
  t.equal(driver.drive(cookie), 0);
});

t.test('a wake-up leaves a sleeper with what is in the way next, and without another fence', async (t) => {
  const { steps, slot, driver, fences, lock, unlock } = readerAndDriver(t);
  const second = slot + steps.SLOT_SIZE.value;
  const ticket = steps.claim(second, 0);
  lock();
  steps.lock(second, ticket);
  const cookie = steps.cookie();
  fences.push(
    () => {},
    () => {},
  );
  const first = driver.driveOrAnnounceSleep(cookie);
  t.equal(first?.slot, second);
  steps.unlock(second, ticket);
  t.equal(steps.load(second + steps.WAIT_WORD.value), (first?.waitWord ?? 0) + 1, 'the word is even, and another');
  t.equal(driver.driveOrAnnounceSleep(cookie)?.slot, slot);
  t.strictSame(fences, []);
  unlock();
  fences.push(() => {});
  t.equal(driver.driveOrAnnounceSleep(cookie), undefined);
});

t.test('a slot that is in the way although its sleepers were woken is marked again', async (t) => {
  const { steps, slot, driver, fences, lock } = readerAndDriver(t);
  lock();
  const cookie = steps.cookie();
  fences.push(
    () => {},
    () => {},
  );
  const first = driver.driveOrAnnounceSleep(cookie);
  steps.store(slot + steps.WAIT_WORD.value, (first?.waitWord ?? 0) + 1); // by one that died in between
  fences.push(() => {});
  const again = driver.driveOrAnnounceSleep(cookie);
  t.equal(again?.waitWord, (first?.waitWord ?? 0) + 2);
  t.strictSame(fences, []);
});
