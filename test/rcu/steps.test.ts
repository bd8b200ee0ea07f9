/**
 * Why no step on a domain's words is torn by terminate(): V8 looks for a termination at loops, and at the entry of
 * functions. So what writes has neither a loop nor a call. V8 does not promise that: test/serial/rcu-torn.test.ts
 * terminates threads.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RcuDomain } from 'node-membarrier/rcu';
import t, { type Test } from 'tap';
import { root } from '../../harness/index.js';
import { bytes as symmetricBytes } from '../../lib/rcu/domain.symmetric.wasm.js';
import { bytes } from '../../lib/rcu/domain.wasm.js';
import { Stage } from '../../lib/rcu/steps.js';
import { stepsOf } from '../support/rcu/words.js';
import { functionsOf, isWrite, mayStop } from '../support/wat/functions.js';

const steps = functionsOf('lib/rcu/domain.wat');
const read = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');
const text = read('lib/rcu/domain.wat');
const section = read('lib/rcu/section.wat');

t.test('the text is understood', async (t) => {
  const exported = Object.entries(stepsOf(RcuDomain.createSync())).filter(([, value]) => typeof value === 'function');
  t.strictSame(steps.map(({ name }) => name).sort(), exported.map(([name]) => name).sort(), 'every function');
  const writing = steps.filter(({ instructions }) => instructions.some(isWrite)).map(({ name }) => name);
  const expected = [
    'begin',
    'claim',
    'fenced',
    'finish',
    'lock',
    'beginOrJoin',
    'release',
    'reapDeadReader',
    'unlock',
    'requestWakeUp',
  ];
  t.strictSame(
    expected.filter((name) => !writing.includes(name)),
    [],
  );
  const looking = steps.filter(({ instructions }) => instructions.some(mayStop)).map(({ name }) => name);
  t.strictSame(
    looking.sort(),
    ['isThreadInside', 'readLock', 'readUnlock', 'requireStack', 'scan', 'scanOnce', 'vacant'],
    'loops and calls are seen',
  );
});

t.test('what writes shared memory has neither loop nor call', async (t) => {
  for (const { name, instructions } of steps.filter(({ instructions }) => instructions.some(isWrite))) {
    t.strictSame(instructions.filter(mayStop), [], name);
  }
});

t.test('readLock and readUnlock write by one call, and do nothing after it but refuse', async (t) => {
  for (const [name, step] of [
    ['readLock', 'lock'],
    ['readUnlock', 'unlock'],
  ] as const) {
    const instructions = steps.find((step) => step.name === name)?.instructions ?? [];
    t.equal(instructions.filter((instruction) => instruction === 'call').length, 2, `${name}: ${step} and refuse`);
  }
});

t.test('users are spared the names of functions', async (t) => {
  const { customSections } = WebAssembly.Module as unknown as {
    readonly customSections: (module: object, name: string) => unknown[];
  };
  for (const module of [bytes, symmetricBytes]) {
    t.strictSame(customSections(new WebAssembly.Module(module), 'name'), []);
  }
});

/** The text of one function or definition, comments and all. */
function textOf(name: string): string {
  const defined = section.indexOf(`(@define ${name}\n`);
  if (defined >= 0) return section.slice(defined, section.indexOf('\n\n', defined));
  const start = text.indexOf(`(export "${name}")`);
  const end = text.indexOf('\n  (func ', start);
  if (start < 0) throw new Error(`there is no function ${name}`);
  return text.slice(start, end < 0 ? undefined : end);
}

/** Whether these come in this order. */
function inOrder(t: Test, name: string, ...parts: readonly string[]): void {
  const places = parts.map((part) => textOf(name).indexOf(part));
  t.notOk(places.includes(-1), `${name} has all of ${parts.join(', ')}`);
  t.strictSame(
    [...places].sort((a, b) => a - b),
    places,
    `${name}: ${parts.join(', then ')}`,
  );
}

t.test('what is raced for is loaded atomically: V8 merges plain loads', async (t) => {
  const plain = (section + text).split('\n').flatMap((line, i) => (/\(i(32|64)\.load/.test(line) ? [{ line, i }] : []));
  for (const { line, i } of plain) {
    // A reader's own word and ticket; and what is written once, when the domain is made.
    const own = /\(i32\.load offset=8 \(local\.get \$slot\)\)|\(i64\.load \(local\.get \$slot\)\)/.test(line);
    t.ok(own || line.includes('$MAX_READERS'), `line ${i + 1}: ${line.trim()}`);
  }
  for (const word of ['$STATE', '$SLOT_HIGH_WATER', '$BARRIERS']) {
    for (const [access] of (section + text).matchAll(
      new RegExp(`\\(i(32|64)\\.[\\w.]+ \\(global\\.get \\${word}\\)`, 'g'),
    )) {
      t.match(access, /\.atomic\./, `${word}: ${access}`);
    }
  }
  for (const [access] of (section + text).matchAll(/\(i32\.[\w.]+ offset=1[26] /g))
    t.match(access, /\.atomic\./, access);
});

t.test('the order of the steps within one function', async (t) => {
  inOrder(t, 'lock', '(enter)');
  inOrder(t, 'enter', 'i64.atomic.load (global.get $STATE)', '(light)');
  inOrder(t, 'unlock', '(leave)');
  inOrder(t, 'leave', '(light)', '(i64.store (local.get $slot) (i64.const 0))', '(light)\n    (wake)');
  // The mark covers the slot before anybody can own it, and both come before its sections.
  inOrder(
    t,
    'claim',
    'cmpxchg (global.get $SLOT_HIGH_WATER)',
    'cmpxchg offset=12',
    '(i64.atomic.store',
    '(fence)',
    '(wake)',
  );
  inOrder(t, 'reapDeadReader', '(fence)', 'load offset=12', 'i64.atomic.load (local.get $slot)', '(global.get $seen)');
  inOrder(t, 'reapDeadReader', 'i64.atomic.rmw.cmpxchg (local.get $slot)', 'cmpxchg offset=12', '(wake)');
  inOrder(t, 'release', 'i64.load (local.get $slot)', 'offset=8', 'i32.atomic.store offset=12');
  inOrder(t, 'cookie', '(fence)', 'i64.atomic.load (global.get $STATE)');
  t.notMatch(textOf('claim') + textOf('release'), /(store|rmw\.\w+) offset=16/, 'WAIT_WORD is never reset');
});

t.test('a dead reader is reaped only if it is in the way; then its slot is free', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 2 });
  const steps = stepsOf(domain);
  const slot = steps.SLOTS.value;
  const owner = () => steps.load(slot + steps.OWNER.value);
  const ticket = steps.claim(slot, 0);
  const self = owner();
  let cookie = 0;
  const beginOrJoin = () => {
    cookie = Math.max(cookie, steps.cookie());
    return steps.beginOrJoin(cookie);
  };
  // In a section that began after the grace period that was seen: the word is not ours to end.
  beginOrJoin();
  steps.fenced(cookie);
  beginOrJoin();
  steps.lock(slot, ticket);
  const word = steps.load(slot);
  steps.reapDeadReader(slot, self);
  t.equal(steps.load(slot), word, 'a section that began later');
  t.equal(owner(), self);
  steps.unlock(slot, ticket);
  // In the way.
  steps.finish(cookie);
  steps.lock(slot, ticket);
  beginOrJoin();
  steps.fenced(cookie);
  beginOrJoin();
  const waitWord = steps.requestWakeUp(slot);
  steps.reapDeadReader(slot, self + 1);
  t.not(steps.load(slot), 0, 'another owner');
  steps.reapDeadReader(slot, self);
  t.strictSame([steps.load(slot), owner()], [0, 0], 'its section has ended, and its slot is free');
  t.equal(steps.load(slot + steps.WAIT_WORD.value), waitWord + 1, 'and who sleeps for it is woken');
});

t.test('begin() names the grace period that it begins, and begins none while one is under way', async (t) => {
  const steps = stepsOf(RcuDomain.createSync());
  for (let period = 1; period <= 2; period++) {
    t.equal(steps.cookie(), period);
    t.equal(steps.begin(), period);
    for (const step of [steps.beginOrJoin, steps.fenced]) {
      step(period);
      t.equal(steps.begin(), 0, 'one is under way');
      t.equal(steps.cookie(), period + 1);
    }
    t.equal(steps.finish(period), Stage.DONE);
  }
});
