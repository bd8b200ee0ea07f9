/** Who is on the call stack: users, or the host alone. */
import t from 'tap';
import { root } from '../../harness/index.js';
import { isCalledByUsers } from '../../lib/base/call-stack.js';
import { runBare } from '../support/process/fresh.js';

t.test('users, or the event loop alone', async (t) => {
  const ask = (): boolean => isCalledByUsers(ask);
  t.equal(ask(), true, 'this test has called it');
  const calls = { setImmediate, setTimeout, queueMicrotask, nextTick: (call: () => void) => process.nextTick(call) };
  for (const [name, call] of Object.entries(calls)) {
    const fromLoop = await new Promise<boolean>((resolve) => {
      const react = () => resolve(isCalledByUsers(react));
      call(react);
    });
    t.equal(fromLoop, false, name);
  }
  const settings = () => ({ ...Object.getOwnPropertyDescriptors(Error) });
  const before = settings();
  ask();
  t.strictSame(settings(), before, 'Error is as before');
});

t.test('where users have settings of their own, and where they cannot be changed', async (t) => {
  const script = (before: string) => `
    import { isCalledByUsers } from '${new URL('dist/lib/base/call-stack.js', root).href}';
    ${before}
    const ask = () => isCalledByUsers(ask);
    function asked() { return ask(); }
    const react = () => console.log(asked(), isCalledByUsers(react));
    setImmediate(react);
    process.nextTick(react);`;
  for (const [flag, before] of [
    ['--frozen-intrinsics', ''],
    ['--no-warnings', 'Error.stackTraceLimit = 0;'],
    ['--no-warnings', 'Error.prepareStackTrace = () => "nothing";'],
    ['--no-warnings', 'Object.freeze(Error);'],
  ] as const) {
    const { stdout, stderr } = await runBare([flag, '--input-type=module', '--eval', script(before)]);
    t.equal(stdout, 'true false\ntrue false\n', `${flag} ${before} ${stderr}`);
  }
});
