/**
 * Every public function of fence and RCU at the end of the stack: it throws RangeError and has changed no shared word,
 * or it has done its work. No lock stays taken, no section open, no slot is lost, and every promise settles.
 * test/support/stack/end.ts does it.
 */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runBare } from '../support/process/fresh.js';

const program = fileURLToPath(new URL('../support/stack/end.js', import.meta.url));

interface Found {
  readonly problems: readonly string[];
  /** By the name of what was called: how often it threw, and how often it returned. */
  readonly outcomes: Readonly<Record<string, readonly [threw: number, returned: number]>>;
}

/** In KB. A quarter of the usual: how deep the end is makes no difference, and each throw walks the whole stack. */
const STACK = '--stack-size=250';

/** Baseline code, too, has frames of another size. */
const BYTECODE = ['--no-opt', '--no-maglev', '--no-sparkplug'];

async function atTheEnd(mode: string, flags: readonly string[]): Promise<Found> {
  const { stdout, stderr } = await runBare([STACK, ...flags, program, mode]);
  if (stdout === '') throw new Error(stderr.slice(-2000));
  return JSON.parse(stdout) as Found;
}

for (const [name, mode, flags] of [
  ['optimized code', 'hot', []],
  ['code that is compiled and not optimized', 'hot', ['--no-opt']],
  ['code that has to be compiled first', 'cold', [...BYTECODE, '--expose-gc', '--stress-flush-code']],
] as const) {
  t.test(name, async (t) => {
    const { problems, outcomes } = await atTheEnd(mode, flags);
    t.strictSame(problems, []);
    const threw = Object.values(outcomes).filter(([threw]) => threw > 0);
    t.ok(threw.length > 20, `${threw.length} of ${Object.keys(outcomes).length} functions have met the end`);
  });
}

t.test('no timer is left behind that would keep the process alive', async (t) => {
  const timers = fileURLToPath(new URL('../support/stack/timers.js', import.meta.url));
  const { stdout, stderr } = await runBare([timers]);
  t.strictSame(stdout, '{"left":0,"threw":true}\n', stderr);
});
