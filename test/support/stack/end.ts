/**
 * Calls every public function of fence and RCU, and the changes of a shared map, where the stack is about to end, one
 * frame deeper each time, until not even the call is possible. A call that throws must have changed no shared word, and
 * a call that does not must have done its work. Prints what went wrong as JSON: nothing, if all is well.
 *
 * The argument says how V8 has compiled the functions. `cold`: not at all, the bytecode is thrown away before each
 * call, which needs --expose-gc and --stress-flush-code; and no other code is made, for which there are flags, too.
 * `hot`: optimized, after thousands of calls, unless --no-opt forbids it.
 */
import { randomInt } from 'node:crypto';
import { argv } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { type Attempt, attemptsAtLock } from './attempts-lock.js';
import { attemptsAtMap } from './attempts-map.js';
import { attemptsAtRcu, lost } from './attempts-rcu.js';

const mode = argv[2] as 'cold' | 'hot';
const problems: string[] = [];
const attempts: readonly Attempt[] = [...attemptsAtRcu, ...attemptsAtLock, ...attemptsAtMap(mode)];

function down(frames: number, call: () => void): void {
  if (frames > 0) down(frames - 1, call);
  else call();
}

// Optimized or not, its frames have another size: a depth that was measured would soon be another.
setFlagsFromString('--allow-natives-syntax');
runInThisContext('(of) => %NeverOptimizeFunction(of)')(down);

function nothing(): void {}

/** How deep down() can go. */
function depth(): number {
  let [possible, impossible] = [0, 1 << 20];
  while (impossible - possible > 1) {
    const middle = (possible + impossible) >> 1;
    try {
      down(middle, nothing);
      possible = middle;
    } catch {
      impossible = middle;
    }
  }
  return possible;
}

interface Attempted {
  call: () => unknown;
  state: 'not called' | 'called' | 'returned';
  result: unknown;
}
const attempted: Attempted = { call: nothing, state: 'not called', result: undefined };

function attempt(): void {
  attempted.state = 'called';
  attempted.result = attempted.call();
  attempted.state = 'returned';
}

/** Calls attempt() once before, so that V8 need not compile it at the end of the stack. */
function prepareAttempt(call: () => unknown): void {
  attempted.call = nothing;
  attempt();
  attempted.call = call;
  attempted.state = 'not called';
}

/**
 * Frames before the end, of 60 to 150 bytes each: more than a call needs, to be compiled as well. What has to be
 * compiled first takes its time, so each run tries one depth in 26, and begins where chance has it.
 */
const STEP = mode === 'cold' ? 26 : 1;
const FRAMES = mode === 'cold' ? 38 * STEP + randomInt(STEP) : 400;

const copy = (words: readonly Int32Array[]) => words.map((part) => part.slice(0, 1024));
const same = (before: readonly Int32Array[], after: readonly Int32Array[]) =>
  before.every((part, i) => part.every((word, j) => word === after[i]?.[j]));
const outcomes: Record<string, [threw: number, returned: number]> = {};

for (const { name, prepare, warm = 20 } of attempts) {
  if (mode === 'hot') {
    for (let i = 0; i < warm; i++) {
      const { call, check } = prepare();
      try {
        const result = call();
        check?.(false, result);
      } catch {}
    }
  }
  const deepest = depth();
  let [threw, returned] = [0, 0];
  for (let frames = deepest - FRAMES; frames <= deepest; frames += STEP) {
    const { call, words, check } = prepare();
    const before = copy(words);
    let error: unknown;
    if (mode === 'cold') globalThis.gc?.();
    prepareAttempt(call);
    try {
      down(frames, attempt);
    } catch (thrown) {
      error = thrown;
    }
    const { state, result } = attempted;
    const thrown = state !== 'returned';
    if (state === 'called') threw++;
    if (state === 'returned') returned++;
    if (thrown && !(error instanceof RangeError)) problems.push(`${name}: threw ${String(error)}`);
    const after = copy(words);
    if (thrown && !same(before, after)) problems.push(`${name}: threw, and changed a word, ${deepest - frames} frames`);
    const problem = check?.(thrown, result);
    if (problem !== undefined) problems.push(`${name}: ${problem}, ${deepest - frames} frames before the end`);
  }
  outcomes[name] = [threw, returned];
}

problems.push(...(await lost()));
const oneSided = Object.entries(outcomes).filter(([, [threw, returned]]) => threw === 0 && returned === 0);
for (const [name] of oneSided) problems.push(`${name} was never called`);
console.log(JSON.stringify({ problems: [...new Set(problems)].slice(0, 30), outcomes }));
