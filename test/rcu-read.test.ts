/**
 * read() at the end of the stack. A signal to the thread may make the very call that leaves a section need more stack than the one
 * that was tried before; that is rare, so here the call fails when it is told to, in the place of the engine. All else is real.
 */
import t from 'tap';
import { tokenOfThisThread } from '../lib/fence/threads.js';
import { createMemory } from '../lib/rcu/memory.js';
import { createReader } from '../lib/rcu/reader.js';
import { takeSlot } from '../lib/rcu/slots.js';

/** A reader of a domain of its own; as many as `failures` says of the next calls that leave a section find no stack. */
function fragileReader() {
  const opened = createMemory({ maxReaders: 1, bytes: 0, stallTimeout: 0 }, 'symmetric', tokenOfThisThread());
  const place = takeSlot(opened, '');
  const tries = { failures: 0 };
  const unlock: typeof opened.steps.unlock = (slot, ticket) => {
    if (ticket === 0 || tries.failures === 0) return opened.steps.unlock(slot, ticket);
    tries.failures--;
    throw new RangeError('Maximum call stack size exceeded');
  };
  const own = createReader({ ...opened.steps, unlock }, place, () => {});
  const isInside = () => opened.steps.isInside(place.slot) === 1;
  return { ...own, tries, isInside };
}

t.test('an outer read() leaves what inner ones could not', async (t) => {
  for (const failures of [1, 2, 3]) {
    const { reader, tries, isInside } = fragileReader();
    const nested = (depth: number): void => {
      if (depth === 0) tries.failures = failures;
      else reader.read(() => nested(depth - 1));
    };
    t.throws(() => nested(4), RangeError);
    t.equal(isInside(), false, `${failures} of 4`);
  }
});

t.test('the next read() leaves what the outermost could not', async (t) => {
  const { reader, tries, isInside } = fragileReader();
  const fail = () => {
    tries.failures = 1;
  };
  t.throws(() => reader.read(fail), RangeError);
  t.equal(isInside(), true, 'the section is open as yet');
  reader.read(() => t.equal(isInside(), true));
  t.equal(isInside(), false);
});

t.test('so does who settles, as a domain does before its thread waits, and who disposes', async (t) => {
  for (const act of ['settle', 'dispose'] as const) {
    const { reader, settle, tries, isInside } = fragileReader();
    const fail = () => {
      tries.failures = 1;
    };
    t.throws(() => reader.read(fail), RangeError);
    if (act === 'settle') settle();
    else reader[Symbol.dispose]();
    t.equal(isInside(), false, act);
  }
});

t.test('sections that the thread has entered itself stay open', async (t) => {
  const { reader, settle, tries, isInside } = fragileReader();
  const fail = () => {
    tries.failures = 1;
  };
  reader.readLock();
  t.throws(() => reader.read(fail), RangeError);
  settle();
  t.equal(isInside(), true);
  reader.readUnlock();
  t.equal(isInside(), false);
});
