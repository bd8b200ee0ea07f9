/** A thread that ends in any way while it holds the lock: the next one gets the lock, and `ownerDied` says so. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import t from 'tap';
import { type LockActor, startLockActor } from '../support/fence/lock-actor.js';

const fence = AsymmetricFence.createSync();

/** The worker's task, and how it then ends. */
const deaths: Record<string, (actor: LockActor) => Promise<unknown>> = {
  lockAndLoop: terminateInside,
  lockAndWait: terminateInside,
  lockAndThrow: untilExit,
  lockAndExit: untilExit,
  lockAndRunOutOfMemory: untilExit,
  lockAndEnd: untilExit,
};

async function terminateInside({ worker }: LockActor): Promise<void> {
  await once(worker, 'message');
  await worker.terminate();
}

async function untilExit({ worker }: LockActor): Promise<void> {
  // Not by once(), which would reject with what the worker throws on purpose.
  await new Promise((resolve) => {
    worker.on('exit', resolve);
  });
}

for (const [act, die] of Object.entries(deaths)) {
  for (const how of ['by its bias', 'as an ordinary lock'] as const) {
    t.test(`${act}, held ${how}`, async (t) => {
      const words = new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
      const lock = new BiasedLock(fence, words);
      if (how === 'as an ordinary lock') lock.withLock(() => {});
      const actor = startLockActor(words);
      const dead = die(actor);
      actor.tell(act);
      await dead;
      lock.lock();
      t.equal(lock.ownerDied, true, 'the next holder is told');
      lock.unlock();
      t.equal(lock.ownerDied, false);
      lock.lock();
      t.equal(lock.ownerDied, false, 'and the one after that is not');
      lock.unlock();
    });
  }
}

t.test('tryLock and withLock inherit, too', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
  for (const _ of ['by the bias', 'as an ordinary lock']) {
    for (const inherit of [
      (lock: BiasedLock) => t.ok(lock.tryLock()),
      (lock: BiasedLock) => lock.withLock((ownerDied) => t.equal(ownerDied, true)),
    ]) {
      const actor = startLockActor(words);
      actor.tell('lockAndWait');
      await once(actor.worker, 'message');
      const lock = new BiasedLock(fence, words);
      t.equal(lock.tryLock(), false, 'while it lives');
      await actor.end();
      inherit(lock);
      if (lock.ownerDied) lock.unlock();
    }
  }
});

t.test('those who sleep when the holder dies wake up', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
  const holder = startLockActor(words);
  holder.tell('lockAndLoop');
  await once(holder.worker, 'message');
  const waiters = [startLockActor(words), startLockActor(words)];
  const told = waiters.map(async (waiter) => {
    await waiter.do('lock');
    const ownerDied = await waiter.do('ownerDied');
    await waiter.do('unlock');
    return ownerDied;
  });
  await setTimeout(100);
  await holder.end();
  t.strictSame(new Set(await Promise.all(told)), new Set([false, true]), 'and one of them is told');
  await Promise.all(waiters.map((waiter) => waiter.end()));
});

t.test('an owner that dies outside of its section leaves nothing behind', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
  const owner = startLockActor(words);
  await owner.do('lock');
  await owner.do('unlock');
  await owner.end();
  const lock = new BiasedLock(fence, words);
  lock.lock();
  t.equal(lock.ownerDied, false);
  lock.unlock();
});

t.test('threads that are terminated at any moment, owners and revokers: the others go on, one at a time', async (t) => {
  const counter = BiasedLock.WORDS;
  let inherited = 0;
  for (let round = 0; round < 60; round++) {
    const words = new Int32Array(new SharedArrayBuffer(4 * (counter + 1)));
    const churning = [startLockActor(words), startLockActor(words), startLockActor(words)];
    const started = Promise.all(churning.map(({ worker }) => once(worker, 'message')));
    for (const actor of churning) actor.tell('churn');
    await started;
    for (const { worker } of churning) {
      await setTimeout(round % 5);
      await worker.terminate();
      const lock = new BiasedLock(fence, words);
      const before = lock.withLock((ownerDied) => {
        if (ownerDied) inherited++;
        return words[counter] as number;
      });
      t.ok(before > 0);
    }
  }
  t.comment(`${inherited} of 180 died inside`);
});
