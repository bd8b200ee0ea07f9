/**
 * The light fence in optimised code: the fence is there, and so are the accesses around it, in order. The standards
 * license it (docs/internals/semantics.md); this reads what the V8 of this Node.js makes of it, by TurboFan and, where
 * it is on, Maglev.
 */
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { type Access, accessesInLoops, accessesOf, isFullFence } from '../support/machine-code/accesses.js';
import type { MachineCode } from '../support/machine-code/machine-code.js';
import { printedCodes } from '../support/machine-code/printed-code.js';

const skip = process.arch !== 'x64' && `only x64's instructions are understood, and this is ${process.arch}`;

const flags = [
  '--print-opt-code',
  '--print-maglev-code',
  '--print-wasm-code',
  '--no-liftoff', // so that TurboFan compiles WebAssembly, and at once
  '--single-threaded', // so that one function is printed after the other
];

const program = fileURLToPath(new URL('../support/machine-code/hot-accesses.js', import.meta.url));
const codes = skip ? [] : printedCodes(flags, program);

/** Every code that there is of a function. */
function codesOf(t: Test, name: string): MachineCode[] {
  const found = codes.filter((code) => code.name === name);
  t.ok(
    found.some(({ compiler }) => compiler === 'turbofan'),
    `TurboFan has compiled ${name}`,
  );
  return found;
}

/** As hot-accesses.ts and inline.wat place them. */
const names = new Map([
  [0x4444, 'x'],
  [0x8888, 'y'],
  [0x6668, 'fence'],
]);

/** The accesses that have a name, and the calls of WebAssembly: each is one of light(). */
function inOrder(accesses: readonly Access[]): string[] {
  return accesses
    .filter(({ kind, address }) => kind === 'call' || names.has(address.offset))
    .map(({ kind, address }) => (kind === 'call' ? 'light()' : `${kind} ${names.get(address.offset)}`));
}

function checkOrder(t: Test, name: string, expected: readonly string[]): void {
  for (const code of codesOf(t, name)) {
    t.strictSame(inOrder(accessesOf(code)), expected, `${name}, by ${code.compiler}`);
  }
}

/** Also where the compiler has repeated the body, in front of the loop or in it. */
function checkOrderInLoop(t: Test, name: string, expected: readonly string[]): void {
  const repeated = (found: readonly string[]) =>
    Array.from({ length: Math.max(1, found.length / expected.length) }, () => expected).flat();
  for (const code of codesOf(t, name)) {
    const [all, inLoop] = [accessesOf(code), accessesInLoops(code)].map(inOrder) as [string[], string[]];
    t.strictSame(all, repeated(all), `${name}, by ${code.compiler}`);
    t.strictSame(inLoop, repeated(inLoop), `${name}, by ${code.compiler}, within the loop`);
  }
}

t.test('light() is a load, and no full fence', { skip }, async (t) => {
  for (const { instructions, ...code } of codesOf(t, 'wasm-function[0]')) {
    const accesses = accessesOf({ instructions, ...code });
    t.match(accesses, [{ kind: 'load' }, { kind: 'load', bytes: 4, address: { unknown: /^\[.*\]$/, offset: 0 } }]);
    t.equal(accesses.length, 2, 'of the address of the memory, and of its first word');
    t.notOk(instructions.some(isFullFence));
  }
  for (const { instructions } of codesOf(t, 'wasm-function[1]')) t.ok(instructions.some(isFullFence), 'as it can be');
});

t.test('in JavaScript', { skip }, async (t) => {
  checkOrder(t, 'throughObject', ['store x', 'light()', 'load y']);
  checkOrder(t, 'destructured', ['store x', 'light()', 'load y']);
  checkOrder(t, 'loadedTwice', ['load y', 'light()', 'load y']);
  checkOrderInLoop(t, 'inLoop', ['store x', 'light()', 'load y']);
});

t.test('an empty function leaves no fence', { skip }, async (t) => {
  checkOrder(t, 'withNothing', ['store x', 'load y']);
});

t.test('inline, in WebAssembly', { skip }, async (t) => {
  checkOrderInLoop(t, 'fencedLoop', ['store x', 'load fence', 'load y']);
  checkOrder(t, 'fencedTwice', ['load y', 'load fence', 'load y']);
});

t.test('a plain load leaves no fence', { skip }, async (t) => {
  checkOrderInLoop(t, 'unfencedLoop', ['store x', 'load y']);
  for (const code of codesOf(t, 'unfencedTwice')) t.notOk(inOrder(accessesOf(code)).includes('load fence'));
});

const keepsBoth =
  Number.parseFloat(process.versions.v8) < 14.6 && `not seen before V8 14.6, this is ${process.versions.v8}`;

t.test('and two loads become one, whose difference from itself is 0', { skip: skip || keepsBoth }, async (t) => {
  checkOrder(t, 'unfencedTwice', []);
});

t.test('the owner of a BiasedLock', { skip }, async (t) => {
  const [lock, unlock] = [codesOf(t, 'lock'), codesOf(t, 'unlock')];
  for (const { compiler, ...code } of lock) {
    const accesses = accessesOf({ compiler, ...code });
    const inside = Math.min(...accesses.filter(isOfLock).map(({ address }) => address.offset));
    const steps = (accesses: readonly Access[]) =>
      accesses
        .filter((access) => access.kind === 'call' || isOfLock(access))
        .map(({ kind, address }) => (kind === 'call' ? 'light()' : `${kind} ${wordsOfLock[address.offset - inside]}`));
    const locking = ['load BIAS', 'load INSIDE', 'store INSIDE', 'light()', 'load BIAS'];
    t.strictSame(steps(accesses), locking, `lock(), by ${compiler}`);
    for (const code of unlock.filter((code) => code.compiler === compiler)) {
      t.strictSame(steps(accessesOf(code)), ['load INSIDE', 'light()', 'store INSIDE'], `unlock(), by ${compiler}`);
    }
  }
});

/** By their distance from the first. */
const wordsOfLock: Readonly<Record<number, string>> = { 0: 'INSIDE', 4: 'BIAS' };

/** There is one lock, so its words have their addresses in the code, or the code loads them from the view. */
function isOfLock({ bytes, address }: Access): boolean {
  return bytes === 4 && (address.unknown === '' || address.unknown.includes('<Int32Array'));
}
