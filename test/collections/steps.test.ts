/**
 * Why no change of a shared table is torn by terminate(), nor by a vm timeout: V8 looks for either at loops, and at the
 * entry of functions. So `mutate` has neither after it has taken LOCK, and nothing shared is written before. Functions
 * that need the lock from their caller may have loops after stores, if they leave a word for recover(). V8 does not
 * promise that: the torture test terminates threads.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SharedMap } from 'node-membarrier/collections';
import t from 'tap';
import { root } from '../../harness/index.js';
import { openedTable } from '../support/collections/audit.js';
import { functionsOf, isWrite, mayStop } from '../support/wat/functions.js';

const functions = functionsOf('lib/collections/table.wat');
const text = readFileSync(fileURLToPath(new URL('lib/collections/table.wat', root)), 'utf8');
const instructionsOf = (name: string) => functions.find((step) => step.name === name)?.instructions ?? [];
const isLoopOrCall = (instruction: string) => mayStop(instruction) && !instruction.startsWith('br');

t.test('every function that writes is accounted for', async (t) => {
  const writing = functions.filter(({ instructions }) => instructions.some(isWrite)).map(({ name }) => name);
  t.strictSame(writing.sort(), [
    'clear',
    'collect',
    'empty_array',
    'find',
    'grow',
    'initialize',
    'keep_spare',
    'mutate',
    'reclaimAll',
    'recover',
    'reserve',
    'store',
    'unreserve',
  ]);
});

t.test('mutate: a section, the search, the lock, and then nothing that may stop', async (t) => {
  const instructions = instructionsOf('mutate');
  const lock = instructions.indexOf('i32.atomic.rmw.cmpxchg');
  t.strictSame(
    instructions.slice(0, lock).filter(isWrite),
    ['i64.store'],
    'before it takes the lock, it writes the word of its own slot',
  );
  t.strictSame(instructions.slice(lock).filter(isLoopOrCall), []);
  t.ok(instructions.slice(0, lock).includes('loop'), 'the search has been seen');
  t.equal(instructions.at(-1), 'local.get');
});

t.test('find: nothing shared is written, and no loop follows the search', async (t) => {
  const instructions = instructionsOf('find');
  const copied = instructions.indexOf('memory.copy');
  t.strictSame(instructions.slice(copied).filter(isLoopOrCall), []);
});

t.test('reserve: no loop after its first store', async (t) => {
  const instructions = instructionsOf('reserve');
  t.strictSame(instructions.slice(instructions.findIndex(isWrite)).filter(isLoopOrCall), []);
});

/** The texts of a function's loops, each to its closing parenthesis. */
function loopsOf(name: string): string[] {
  const body = text.slice(text.indexOf(`(export "${name}")`));
  const end = body.indexOf('\n  (func');
  return [...body.slice(0, end < 0 ? undefined : end).matchAll(/\(loop /g)].map(({ index }) => {
    let depth = 0;
    for (let i = index; ; i++) {
      if (body[i] === '(') depth++;
      if (body[i] === ')' && --depth === 0) return body.slice(index, i);
    }
  });
}

t.test('each iteration of reclaimAll and of recover is a whole step: neither loop nor call within', async (t) => {
  for (const [name, count] of [
    ['reclaimAll', 1],
    ['recover', 2],
  ] as const) {
    const loops = loopsOf(name);
    t.equal(loops.length, count, name);
    for (const loop of loops) t.notMatch(loop.slice(1), /\((loop|call) /, name);
  }
  t.match(loopsOf('grow')[0]?.slice(1), /\(loop /, 'a loop within a loop would be seen');
});

t.test('memory.ts lays the table out as table.wat has it', async (t) => {
  const map = SharedMap.createSync({ maxThreads: 3 });
  const { at, steps } = openedTable(map.handle);
  const [scratches, size] = [steps.SCRATCHES.value, steps.SCRATCH_SIZE.value];
  t.equal(steps.load(at + steps.HEAP.value), at + scratches + 6 * size, 'two readers for each thread');
  t.ok(steps.VALUE.value + steps.VALUE_BYTES.value <= size);
  t.ok(steps.VERSIONS.value + 4 * steps.STRIPES.value <= scratches);
});

t.test('what is raced for is atomic', async (t) => {
  for (const word of ['$CURRENT', '$SERIAL', '$WATCHED', '$LOCK', '$VERSIONS']) {
    const accesses = [...text.matchAll(new RegExp(`\\((i(?:32|64)[\\w.]+) offset=\\${word} `, 'g'))];
    t.ok(accesses.length > 0, word);
    const plain = accesses.filter(([, access]) => !(access as string).includes('.atomic.'));
    // clear() copies CURRENT, which only holders of the lock write.
    t.equal(plain.length, word === '$CURRENT' ? 1 : 0, word);
  }
  t.ok(instructionsOf('isCurrent').includes('i32.atomic.load'), 'the version of a kept value');
});
