/**
 * Globals that are faked, replaced or removed after the import: nothing hangs, nothing is lost, nothing exits early.
 */
import t, { type Test } from 'tap';
import { root } from '../../harness/index.js';
import { runBare } from '../support/process/fresh.js';

const dist = (entry: string) => new URL(`dist/${entry}.js`, root).href;

/** A program that has both entries, and does all that waits, with a time limit for it. */
const program = (flavor: string, before: string, after: string) => `
  import { mock } from 'node:test';
  import timers from 'node:timers';
  import { RcuDomain } from '${dist('rcu')}';
  import { AsymmetricFence, BiasedLock } from '${dist('fence')}';
  import { membarrier } from '${dist('index')}';
  const { setTimeout: realTimeout, clearTimeout: realClear } = timers;
  const { log } = console;
  ${before}
  const fence = await AsymmetricFence.create();
  const domain = await RcuDomain.create({ flavor: '${flavor}', stallTimeout: 20 });
  const reader = domain.registerReader({ name: 'ä reader' });
  const ran = [];
  async function all(round) {
    await domain.synchronize();
    for (let i = 0; i < 1500; i++) domain.callRcu(() => { if (i % 1000 === 0) ran.push(round + i); });
    await domain.barrier();
    reader.readLock();
    const over = domain.synchronize();
    realTimeout(() => reader.readUnlock(), 60);
    await over;
    domain.synchronizeSync();
    const cookie = domain.startPoll();
    while (!domain.poll(cookie)) reader.quiescentState();
    new BiasedLock(fence, new Int32Array(new SharedArrayBuffer(16))).withLock(() => {});
    membarrier.privateExpedited();
  }
  const limit = realTimeout(() => { log('hangs'); process.exit(1); }, 20_000);
  await all(0);
  ${after}
  await all(1);
  realClear(limit);
  log(JSON.stringify(ran));`;

async function check(t: Test, before: string, after = ''): Promise<void> {
  for (const flavor of ['memb', 'qsbr']) {
    const { status, stdout, stderr } = await runBare(['--input-type=module', '--eval', program(flavor, before, after)]);
    t.strictSame({ status, stdout }, { status: 0, stdout: '[0,1000,1,1001]\n' }, stderr);
    if (flavor === 'memb') t.match(stderr, /RcuStallWarning: .*"ä reader"/, 'the clock goes on');
  }
}

t.test("node:test's fake timers, all of them, while it waits and after they were taken away", async (t) => {
  const apis = "mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });";
  await check(t, apis, 'mock.timers.reset();');
  await check(t, '', apis);
});

t.test('a first call that is made under fake timers settles when they are gone', async (t) => {
  const script = `
    import { mock } from 'node:test';
    import { RcuDomain } from '${dist('rcu')}';
    const domain = RcuDomain.createSync();
    mock.timers.enable({ apis: ['setImmediate'] });
    await domain.synchronize();
    mock.timers.reset();
    await domain.synchronize();
    await domain.barrier();
    console.log('done');`;
  t.match(await runBare(['--input-type=module', '--eval', script]), { status: 0, stdout: 'done\n' });
});

t.test('globals that throw', async (t) => {
  const names = [
    'setImmediate',
    'setInterval',
    'setTimeout',
    'clearInterval',
    'clearTimeout',
    'clearImmediate',
    'queueMicrotask',
    'structuredClone',
    'TextEncoder',
    'TextDecoder',
    'AbortSignal',
    'performance',
    'WebAssembly',
    'Date',
  ];
  const replace = (to: string) =>
    `for (const name of ${JSON.stringify(names)}) Object.defineProperty(globalThis, name, { value: ${to} });
     for (const name of ['setImmediate', 'setInterval', 'clearInterval']) timers[name] = ${to};
     process.getBuiltinModule = () => { throw new Error('a faked function was called'); };`;
  await check(t, replace("() => { throw new Error('a faked global was called'); }"));
  await check(t, replace('undefined'));
});

t.test('an error in a callback arrives although all globals were faked before the import', async (t) => {
  const script = `
    const names = ['setTimeout', 'setInterval', 'setImmediate', 'clearInterval', 'clearTimeout', 'clearImmediate', 'queueMicrotask'];
    for (const name of names) globalThis[name] = () => {};
    const { RcuDomain } = await import('${dist('rcu')}');
    process.on('uncaughtException', ({ message }) => console.log(message));
    const domain = RcuDomain.createSync();
    domain.callRcu(() => { throw new Error('an error'); });
    await domain.barrier();
    console.log('done');`;
  t.match(await runBare(['--input-type=module', '--eval', script]), { status: 0, stdout: 'an error\ndone\n' });
});

t.test('the stalled clock of fake timers, from before the import', async (t) => {
  const script = `
    globalThis.setImmediate = globalThis.setInterval = () => {};
    const { RcuDomain } = await import('${dist('rcu')}');
    const domain = RcuDomain.createSync();
    await domain.synchronize();
    await domain.barrier();
    console.log('done');`;
  t.match(await runBare(['--input-type=module', '--eval', script]), { status: 0, stdout: 'done\n' });
});

t.test('no TextEncoder: readers are registered, and no slot is lost', async (t) => {
  const script = `
    import { RcuDomain } from '${dist('rcu')}';
    const domain = RcuDomain.createSync({ maxReaders: 2 });
    delete globalThis.TextEncoder;
    for (let i = 0; i < 5; i++) domain.registerReader({ name: 'reader' })[Symbol.dispose]();
    console.log(domain.stats().readers);`;
  t.match(await runBare(['--input-type=module', '--eval', script]), { status: 0, stdout: '0\n' });
});
