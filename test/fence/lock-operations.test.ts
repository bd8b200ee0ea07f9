/**
 * Where the fences of a BiasedLock stand: what its words hold at the moment of each, for the owner and for a thread
 * that revokes. That each is needed is in docs/internals/semantics.md; on x86, litmus tests can show it only of the
 * first two.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createLock, LOCK_WORDS } from '../../lib/fence/lock-operations.js';
import { startLockActor } from '../support/fence/lock-actor.js';

const [owner, other] = [11, 12];
const REVOKED = -(2 ** 31);

/** The two threads' objects over the same words, used here from one: nothing in them knows of threads but the token. */
function lockOfTwo() {
  const words = new Int32Array(new SharedArrayBuffer(4 * LOCK_WORDS));
  const events: string[] = [];
  const note = (fence: string) => () => {
    const [inside, bias, ordinary] = words;
    events.push(`${fence}: INSIDE ${inside}, BIAS ${bias}, LOCK ${ordinary}`);
  };
  const lockOf = (self: number) => createLock(words, { light: note('light'), heavy: note('heavy'), self });
  return { words, events, mine: lockOf(owner), theirs: lockOf(other) };
}

t.test('the owner: after INSIDE and before BIAS is seen; after the section and before INSIDE', async (t) => {
  const { words, events, mine } = lockOfTwo();
  mine.lock();
  t.strictSame([...words], [owner, owner, 0, 0]);
  mine.unlock();
  t.equal(mine.tryLock(), true);
  mine.unlock();
  const fence = `light: INSIDE ${owner}, BIAS ${owner}, LOCK 0`;
  t.strictSame(events, [fence, fence, fence, fence]);
  t.strictSame([...words], [0, owner, 0, 0]);
});

t.test('the revoker: after BIAS and before INSIDE is seen; after that and before the section', async (t) => {
  const { words, events, mine, theirs } = lockOfTwo();
  mine.lock();
  mine.unlock();
  events.length = 0;
  theirs.lock();
  const fence = `heavy: INSIDE 0, BIAS ${-owner}, LOCK ${other}`;
  t.strictSame(events, [fence, fence]);
  t.strictSame([...words], [0, REVOKED, other, 0]);
  theirs.unlock();
  events.length = 0;
  mine.lock();
  mine.unlock();
  theirs.lock();
  theirs.unlock();
  t.strictSame(events, [], 'once in the life of a lock');
});

t.test('tryLock while the owner is inside begins the revocation, takes nothing, and waits for nothing', async (t) => {
  const { words, events, mine, theirs } = lockOfTwo();
  mine.lock();
  events.length = 0;
  t.equal(theirs.tryLock(), false);
  t.strictSame(events, [`heavy: INSIDE ${owner}, BIAS ${-owner}, LOCK ${other}`]);
  t.strictSame([...words], [owner, -owner, 0, 0]);
  t.throws(() => mine.lock(), { code: 'ERR_FENCE_LOCK_HELD' }, 'the owner is still inside');
  mine.unlock();
  t.strictSame([...words], [0, -owner, 0, 0]);
  events.length = 0;
  mine.lock();
  t.strictSame(events, [], 'it gives up its own bias without a barrier');
  t.strictSame([...words], [0, REVOKED, owner, 0]);
  t.equal(theirs.tryLock(), false);
  mine.unlock();
  t.equal(theirs.tryLock(), true);
});

/** A thread that was known here, and has ended. */
async function deadToken(): Promise<number> {
  const actor = startLockActor(new Int32Array(new SharedArrayBuffer(4 * LOCK_WORDS)));
  const token = (await actor.do('token')) as number;
  await actor.end();
  return token;
}

t.test('who has not got the lock has not inherited it either', async (t) => {
  const { words, mine, theirs } = lockOfTwo();
  mine.lock();
  words[2] = await deadToken(); // it died between taking LOCK and touching BIAS
  t.equal(theirs.tryLock(), false, 'since the owner is inside');
  t.equal(theirs.ownerDied(), false);
  mine.unlock();
  mine.lock();
  mine.unlock();
  theirs.lock();
  t.equal(theirs.ownerDied(), false, 'nor does it remember that, once the lock is an ordinary one');
});

t.test('a dead owner is succeeded without a heavy fence, also where that is denied', async (t) => {
  const dead = await deadToken();
  for (const [inside, died] of [
    [dead, true],
    [0, false],
  ] as const) {
    const words = new Int32Array(new SharedArrayBuffer(4 * LOCK_WORDS));
    words.set([inside, dead, 0]);
    const heavy = () => {
      throw new Error('denied');
    };
    const theirs = createLock(words, { light: () => {}, heavy, self: other });
    theirs.lock();
    t.equal(theirs.ownerDied(), died);
    t.strictSame([...words], [inside, REVOKED, other, 0]);
  }
});

t.test('a light fence that throws, as at the end of the stack: the lock is not taken', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * LOCK_WORDS));
  let light = () => {};
  const mine = createLock(words, { light: () => light(), heavy: () => {}, self: owner });
  mine.lock();
  mine.unlock();
  light = () => {
    throw new RangeError('Maximum call stack size exceeded');
  };
  t.throws(() => mine.lock(), RangeError);
  t.equal(words[0], 0);
  t.throws(() => mine.tryLock(), RangeError);
  t.equal(words[0], 0);
});

t.test('a bias that is revoked between INSIDE and BIAS: the owner steps back', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(4 * LOCK_WORDS));
  let revoke = () => {};
  const mine = createLock(words, { light: () => revoke(), heavy: () => {}, self: owner });
  const theirs = createLock(words, { light: () => {}, heavy: () => {}, self: other });
  for (const take of [() => mine.lock(), () => mine.tryLock()]) {
    words.fill(0);
    mine.lock();
    mine.unlock();
    revoke = () => {
      t.equal(theirs.tryLock(), false, 'the revoker sees it inside');
      t.equal(words[0], owner);
    };
    take();
    revoke = () => {};
    t.strictSame([...words], [0, REVOKED, owner, 0], 'and it sees the revoker, and takes the ordinary lock');
    mine.unlock();
  }
});

t.test('whether the owner is dead is asked before INSIDE is loaded', async (t) => {
  // Otherwise an owner that leaves and ends between the two would be taken for one that died in its section. Too short
  // a moment for a run to meet.
  const text = readFileSync(fileURLToPath(new URL('../../lib/fence/lock-operations.js', import.meta.url)), 'utf8');
  const body = text.slice(text.indexOf('function awaitOwner('));
  const [asked, loaded] = ['isThreadDead(owner)', 'Atomics.load(words, Word.INSIDE)'].map((step) => body.indexOf(step));
  t.ok((asked as number) >= 0 && (asked as number) < (loaded as number));
});
