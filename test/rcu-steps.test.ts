/**
 * Why no step on a domain's words is torn by terminate(): V8 looks for a termination at loops, and at the entry of functions.
 * So what writes has neither a loop nor a call. V8 does not promise that: test/alone/rcu-torn.test.ts terminates threads.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { root } from '../bench/support/harness.js';
import { bytes as symmetricBytes } from '../lib/rcu/domain.symmetric.wasm.js';
import { bytes } from '../lib/rcu/domain.wasm.js';
import { stepsOf } from './support/rcu-words.js';

interface Step {
  readonly name: string;
  /** The instructions, in order. */
  readonly instructions: readonly string[];
}

/** Each function of the module, from the text: comments and imports go, an opening parenthesis begins an instruction. */
function parse(text: string): Step[] {
  const code = text
    .replaceAll(/;;.*$|\(import .*$/gm, '')
    .replaceAll(/"[^"]*"/g, (string) => string.replaceAll(/\W/g, '_'));
  return code
    .split(/(?=\(func )/)
    .slice(1)
    .map((text) => ({
      name: /\(export _(\w+)_\)/.exec(text)?.[1] ?? '',
      instructions: [...text.matchAll(/\(\s*([a-z][\w.]*)/g)].map(([, instruction]) => instruction as string),
    }));
}

const { expand } = (await import(new URL('.ci/assemble.js', root).href)) as { expand: (text: string) => string };
const steps = parse(expand(readFileSync(fileURLToPath(new URL('lib/rcu/domain.wat', root)), 'utf8')));

const isWrite = (instruction: string) => /\.store|\.rmw/.test(instruction);
const looks = (instruction: string) =>
  /^(loop|call\w*|return_call\w*|br\w*|memory\.atomic\.wait\d+)$/.test(instruction);

t.test('the text is understood', async (t) => {
  const exported = Object.entries(stepsOf(RcuDomain.createSync())).filter(([, value]) => typeof value === 'function');
  t.strictSame(steps.map(({ name }) => name).sort(), exported.map(([name]) => name).sort(), 'every function');
  const writing = steps.filter(({ instructions }) => instructions.some(isWrite)).map(({ name }) => name);
  const expected = ['announce', 'claim', 'fenced', 'finish', 'lock', 'look', 'release', 'retire', 'scanned', 'unlock'];
  t.strictSame(
    expected.filter((name) => !writing.includes(name)),
    [],
  );
  const looking = steps.filter(({ instructions }) => instructions.some(looks)).map(({ name }) => name);
  t.strictSame(
    looking.sort(),
    ['isThreadInside', 'readLock', 'readUnlock', 'scan', 'vacant'],
    'loops and calls are seen',
  );
});

t.test('what writes shared memory has neither loop nor call', async (t) => {
  for (const { name, instructions } of steps.filter(({ instructions }) => instructions.some(isWrite))) {
    t.strictSame(instructions.filter(looks), [], name);
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
