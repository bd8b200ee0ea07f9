/** BiasedLock: what it excludes, what it refuses, and that it goes on when a thread does not. */
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { AsymmetricFence, BiasedLock, FenceError } from 'node-membarrier/fence';
import t from 'tap';
import { type LockActor, startLockActor } from '../support/fence/lock-actor.js';
import { runBare } from '../support/process/fresh.js';

const fence = AsymmetricFence.createSync();
const held = { name: 'FenceError', code: 'ERR_FENCE_LOCK_HELD', message: /Call unlock\(\) first/ };
const notHeld = { name: 'FenceError', code: 'ERR_FENCE_LOCK_NOT_HELD' };

function freshWords(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
}

t.test('one thread: lock, tryLock, unlock, withLock', async (t) => {
  const lock = new BiasedLock(fence, freshWords());
  lock.lock();
  lock.unlock();
  t.equal(lock.tryLock(), true);
  lock.unlock();
  t.equal(
    lock.withLock((ownerDied) => `result, ${String(ownerDied)}`),
    'result, false',
  );
  t.equal(lock.ownerDied, false);
  const { lock: take, tryLock, unlock } = lock;
  take();
  unlock();
  t.equal(tryLock(), true, 'they may be destructured');
  unlock();
});

t.test('it does not nest, in whatever way it is held', async (t) => {
  const words = freshWords();
  const lock = new BiasedLock(fence, words);
  const same = new BiasedLock(fence, words);
  const nests = (how: string) => {
    for (const object of [lock, same]) {
      t.throws(() => object.lock(), held, how);
      t.throws(() => object.tryLock(), held, how);
      t.throws(() => object.withLock(() => t.fail()), held, how);
    }
  };
  t.throws(() => lock.unlock(), notHeld, 'not held at first');
  lock.lock();
  nests('by the bias');
  same.unlock();
  t.throws(() => lock.unlock(), notHeld, 'another object of this thread has given it back');

  const other = startLockActor(words);
  await other.do('lock');
  await other.do('unlock');
  t.throws(() => lock.unlock(), notHeld);
  lock.lock();
  nests('as an ordinary lock');
  lock.unlock();
  t.throws(() => same.unlock(), notHeld);
  await other.end();
});

t.test('a section that throws gives it back; one that is asynchronous is refused, and gives it back', async (t) => {
  const lock = new BiasedLock(fence, freshWords());
  t.throws(
    () =>
      lock.withLock(() => {
        throw new Error('from the section');
      }),
    { message: 'from the section' },
  );
  const refusal = {
    name: 'TypeError',
    code: 'ERR_INVALID_RETURN_VALUE',
    message: /would end at its first await/,
  };
  const thenable = Object.fromEntries([['then', () => {}]]);
  const callable = Object.assign(() => {}, thenable);
  for (const result of [(async () => {})(), Promise.resolve(), thenable, callable] as unknown[]) {
    t.throws(() => lock.withLock(() => result), refusal);
  }
  const generators = [function* () {}, async function* () {}].map((section) => section());
  for (const result of [...generators, [].values(), new Map().entries()] as unknown[]) {
    t.throws(() => lock.withLock(() => result), { ...refusal, message: /before the first step/ });
  }
  const list = { next: { next: null }, [Symbol.iterator]: null };
  for (const value of [null, undefined, 0, 'then', Object.fromEntries([['then', 1]]), [], new Map(), list])
    t.equal(
      lock.withLock(() => value),
      value,
    );
  t.equal(lock.tryLock(), true);
});

t.test('it keeps to its words', async (t) => {
  const view = new Int32Array(new SharedArrayBuffer(4 * 16)).fill(-7);
  view.fill(0, 5, 5 + BiasedLock.WORDS);
  const lock = new BiasedLock(fence, view, 5);
  lock.lock();
  const other = startLockActor(view, 5);
  t.equal(await other.do('tryLock'), false);
  lock.unlock();
  await other.do('lock');
  await other.do('unlock');
  await other.end();
  t.ok(view.every((word, i) => word === -7 || (i >= 5 && i < 5 + BiasedLock.WORDS)));
  t.equal(
    new BiasedLock(fence, new Int32Array(view.buffer, 4 * 5)).tryLock(),
    true,
    'and they are the lock, by any view',
  );
});

t.test('bad arguments', async (t) => {
  const words = freshWords();
  const construct = (...args: unknown[]) => new (BiasedLock as unknown as new (...args: unknown[]) => unknown)(...args);
  for (const value of [undefined, null, {}, { light() {}, heavy() {} }, AsymmetricFence]) {
    t.throws(() => construct(value, words), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"fence" must be the result of AsymmetricFence\.create\(\)/,
    });
  }
  for (const view of [
    undefined,
    null,
    [0, 0, 0],
    new SharedArrayBuffer(12),
    new Int32Array(3),
    new Uint32Array(words.buffer),
    new Float64Array(new SharedArrayBuffer(24)),
    new DataView(words.buffer),
    Object.create(words),
  ]) {
    const message = /"view" must be an Int32Array on a SharedArrayBuffer/;
    t.throws(() => construct(fence, view), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message });
  }
  for (const index of ['0', null, 0n, {}]) {
    t.throws(() => construct(fence, words, index), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"index"/,
    });
  }
  for (const index of [-1, 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, -0, 2 ** 32]) {
    const message = /"index" must be an integer from 0 to 0, since the lock takes 4 words from there/;
    t.throws(() => construct(fence, words, index), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message });
  }
  t.throws(() => construct(fence, new Int32Array(new SharedArrayBuffer(8))), {
    message: /at least 4 words long\. Received a view of 2 words/,
  });
  t.strictSame([...words], [0, 0, 0, 0], 'nothing of all that has touched the memory');
  for (const section of [undefined, null, 1, {}]) {
    const lock = new BiasedLock(fence, words);
    t.throws(() => lock.withLock(section as () => void), { code: 'ERR_INVALID_ARG_TYPE', message: /"section"/ });
  }
  t.strictSame([...words.subarray(0, 3)], [0, 0, 0], 'the lock is not taken');
  t.equal(
    new BiasedLock(fence, runInNewContext('new Int32Array(new SharedArrayBuffer(16))')).tryLock(),
    true,
    'another realm',
  );
});

t.test('a heavy fence that fails: the lock is not taken, and stays what it was to the others', async (t) => {
  const { stdout, stderr } = await runBare([
    fileURLToPath(new URL('../support/fence/denied-lock.js', import.meta.url)),
  ]);
  t.equal(stderr, '');
  const [stolen, mine, stolenAgain] = JSON.parse(stdout) as unknown[];
  t.equal(stolen, 'ERR_MEMBARRIER_BLOCKED', 'a worker cannot revoke');
  t.equal(mine, true, 'the owner can still lock');
  t.equal(stolenAgain, 'ERR_MEMBARRIER_BLOCKED', 'by its bias: a revocation that failed has changed nothing');
});

t.test('mutual exclusion between threads, also as they wait', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * (BiasedLock.WORDS + 1)));
  const actors = Array.from({ length: 4 }, () => startLockActor(words));
  const rounds = 5000;
  await Promise.all(actors.map((actor) => actor.do('count', rounds)));
  t.equal(words[BiasedLock.WORDS], 4 * rounds, 'no increment of a plain counter is lost');
  await Promise.all(actors.map((actor: LockActor) => actor.end()));
});

t.test('FenceError tells the two apart, for the compiler as well', async (t) => {
  const error = t.throws(() => new BiasedLock(fence, freshWords()).unlock());
  t.ok(error instanceof FenceError && (error.code satisfies FenceError['code']));
});

t.test('a vm timeout in lock(), while it waits for the owner: the next lock() goes on from there', async (t) => {
  const words = freshWords();
  const owner = startLockActor(words);
  await owner.do('lock');
  const lock = new BiasedLock(fence, words);
  t.throws(() => runInNewContext('lock()', { lock: lock.lock }, { timeout: 50 }), { message: /timed out/ });
  t.equal(lock.tryLock(), false, 'the owner is inside');
  await owner.do('unlock');
  t.equal(await owner.do('tryLock'), true, 'and it was not given to this thread meanwhile');
  await owner.do('unlock');
  t.throws(() => lock.unlock(), notHeld);
  t.throws(() => runInNewContext('lock(); for (;;);', { lock: lock.lock }, { timeout: 50 }), { message: /timed out/ });
  t.throws(() => lock.lock(), held, 'one that ends a section leaves it held');
  lock.unlock();
  t.equal(await owner.do('tryLock'), true);
  await owner.end();
});

t.test('a vm timeout in lock() of a thread that has inherited it: the next lock() still tells', async (t) => {
  const words = freshWords();
  const [owner, revoker] = [startLockActor(words), startLockActor(words)];
  await owner.do('lock');
  revoker.tell('lock');
  while ((words[1] as number) >= 0) await new Promise(setImmediate); // its bias is being revoked
  await revoker.end();
  const lock = new BiasedLock(fence, words);
  t.throws(() => runInNewContext('lock()', { lock: lock.lock }, { timeout: 50 }), { message: /timed out/ });
  await owner.do('unlock');
  t.equal(
    lock.withLock((ownerDied) => ownerDied),
    true,
  );
  await owner.end();
});

t.test('a vm timeout in lock() without a tryLock() after it', async (t) => {
  const words = freshWords();
  const owner = startLockActor(words);
  await owner.do('lock');
  const lock = new BiasedLock(fence, words);
  t.throws(() => runInNewContext('lock()', { lock: lock.lock }, { timeout: 50 }), { message: /timed out/ });
  await owner.do('unlock');
  lock.lock();
  t.equal(await owner.do('tryLock'), false);
  lock.unlock();
  t.equal(await owner.do('tryLock'), true);
  await owner.end();
});
