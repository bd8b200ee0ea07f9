/**
 * read() leaves its section though the call that leaves it finds no stack. When that is so depends on how V8 has
 * compiled what; here the call fails when it is told to, in the place of the engine. All else is real.
 * test/base/stack.test.ts meets the real end.
 */
import t from 'tap';
import { tokenOfThisThread } from '../../lib/fence/token.js';
import { createMemory } from '../../lib/rcu/memory.js';
import { createReader } from '../../lib/rcu/reader.js';
import { takeSlot } from '../../lib/rcu/slots.js';
import { nativeIdentity } from '../../lib/threads/threads.js';

/** A reader of a domain of its own; as many as `failures` says of the next calls that leave a section find no stack. */
function fragileReader() {
  const participant = { strategy: 'symmetric', identity: nativeIdentity(), self: tokenOfThisThread } as const;
  const opened = createMemory({ flavor: 'memb', debug: false, maxReaders: 1, bytes: 0, stallTimeout: 0 }, participant);
  const place = takeSlot(opened, '');
  const tries = { failures: 0 };
  const unlock: typeof opened.steps.unlock = (slot, ticket) => {
    if (tries.failures === 0) return opened.steps.unlock(slot, ticket);
    tries.failures--;
    throw new RangeError('Maximum call stack size exceeded');
  };
  const reader = createReader({ ...opened, steps: { ...opened.steps, unlock } }, place, () => {});
  const word = () => [0, 4].map((at) => opened.steps.load(place.slot + at));
  return { reader, tries, word, isInside: () => opened.steps.isInside(place.slot) === 1 };
}

t.test('whichever of the calls fail', async (t) => {
  for (const failures of [1, 2, 3, 4]) {
    const { reader, tries, isInside } = fragileReader();
    const nested = (depth: number): string => {
      if (depth > 0) return reader.read(() => nested(depth - 1));
      tries.failures = failures;
      return 'what the section returns';
    };
    t.equal(nested(4), 'what the section returns');
    t.equal(isInside(), false, `${failures} of 4`);
  }
});

t.test('what the section throws is thrown', async (t) => {
  const { reader, tries, isInside } = fragileReader();
  const fail = () => {
    tries.failures = 1;
    throw new Error('on purpose');
  };
  t.throws(() => reader.read(fail), { message: 'on purpose' });
  t.equal(isInside(), false);
});

t.test('one section of many is left, wherever the count carries', async (t) => {
  for (const depth of [1, 2, 62, 63, 64, 65, 16_382]) {
    const { reader, tries, word, isInside } = fragileReader();
    for (let i = 0; i < depth; i++) reader.readLock();
    const before = word();
    reader.read(() => {
      tries.failures = 1;
    });
    t.strictSame(word(), before, `${depth} are left`);
    for (let i = 0; i < depth; i++) reader.readUnlock();
    t.equal(isInside(), false);
  }
});

t.test('a section that has left itself has nothing to leave', async (t) => {
  const { reader, tries, isInside } = fragileReader();
  reader.read(() => {
    reader.readUnlock();
    tries.failures = 1;
  });
  t.equal(isInside(), false);
  t.throws(() => reader.read(reader.readUnlock), { code: 'ERR_RCU_NOT_LOCKED' });
});
