/** The event-loop flavor in a process of its own: as it starts, under load, and as it ends. */
import t from 'tap';
import { root } from '../../harness/index.js';
import { pretendDarwin, runBare } from '../support/process/fresh.js';

/** Runs in the main thread, and in workers with what is `theirs`. */
const program = (main: string, theirs = '') => `
  import { once } from 'node:events';
  import { setTimeout } from 'node:timers/promises';
  import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
  import { RcuDomain } from '${new URL('dist/rcu.js', root).href}';
  const start = () => new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)), { workerData: data });
  const domain = isMainThread ? RcuDomain.createSync({ flavor: 'qsbr' }) : RcuDomain.attach(workerData.handle);
  const words = isMainThread ? new Int32Array(new SharedArrayBuffer(16)) : workerData.words;
  const data = { handle: domain.handle, words };
  if (isMainThread) { ${main} } else { ${theirs} }`;

async function run(main: string, theirs?: string, flags: readonly string[] = []) {
  const source = program(main, theirs);
  const whole = `const source = ${JSON.stringify(`const source = '';${source}`)};${source}`;
  return await runBare([...flags, '--input-type=module', '--eval', whole]);
}

t.test('a reader keeps no process alive', async (t) => {
  const ended = await run('domain.registerReader(); await domain.synchronize(); console.log("over");');
  t.match(ended, { status: 0, stdout: 'over\n', stderr: '' });
});

t.test('a worker before its first turn is waited for', async (t) => {
  const main = `
    start();
    while (Atomics.load(words, 0) === 0);
    let isOver = false;
    const waited = domain.synchronize().then(() => { isOver = true; });
    await setTimeout(30);
    console.log(isOver);
    Atomics.store(words, 1, 1);
    await waited;
    console.log(Atomics.load(words, 2));`;
  const theirs = `
    domain.registerReader();
    Atomics.store(words, 0, 1);
    while (Atomics.load(words, 1) === 0);
    Atomics.store(words, 2, 1);
    parentPort.on('message', () => {});
    parentPort.unref();
    await setTimeout(200);`;
  t.match(await run(main, theirs), { status: 0, stdout: 'false\n1\n' });
});

t.test('process.exit() with grace periods pending', async (t) => {
  for (const exit of ['process.exit(7)', 'setImmediate(() => process.exit(7))', 'process.nextTick(process.exit, 7)']) {
    const main = `
      const workers = [start(), start()];
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      domain.registerReader();
      for (let i = 0; i < 10; i++) { void domain.synchronize(); domain.callRcu(() => {}); }
      ${exit};`;
    const theirs = `
      domain.registerReader();
      parentPort.postMessage('');
      while (Date.now() % 3 !== 0);
      void domain.synchronize();
      setInterval(() => void domain.synchronize(), 1);`;
    for (let times = 0; times < 5; times++) {
      t.match(await run(main, theirs), { status: 7, signal: null, stderr: '' }, exit);
    }
  }
});

t.test('two threads that wait in two domains, each in the other one', async (t) => {
  const main = `
    const other = RcuDomain.createSync({ flavor: 'qsbr' });
    data.handles = [domain.handle, other.handle];
    const worker = start();
    domain.registerReader();
    other.registerReader();
    await once(worker, 'message');
    worker.postMessage('');
    for (let i = 0; i < 300; i++) domain.synchronizeSync();
    console.log('over');`;
  const theirs = `
    const [first, second] = workerData.handles.map((handle) => RcuDomain.attach(handle));
    first.registerReader();
    second.registerReader();
    parentPort.once('message', () => {
      for (let i = 0; i < 300; i++) second.synchronizeSync();
    });
    parentPort.postMessage('');`;
  t.match(await run(main, theirs), { status: 0, stdout: 'over\n' });
});

t.test('thousands of updates', async (t) => {
  const main = `
    const workers = [start(), start(), start()];
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    domain.registerReader();
    const ended = Promise.all(workers.map((worker) => once(worker, 'exit')));
    for (let i = 0; i < 2000; i++) await domain.synchronize();
    await ended;
    const { gracePeriods } = domain.stats();
    console.log(Atomics.load(words, 0), gracePeriods >= 2000, gracePeriods <= 8000 + 30);`;
  const theirs = `
    domain.registerReader();
    parentPort.postMessage('');
    for (let i = 0; i < 20000; i++) domain.callRcu(() => void Atomics.add(words, 0, 1));
    await domain.barrier();
    for (let i = 0; i < 2000; i++) await domain.synchronize();`;
  t.match(await run(main, theirs), { status: 0, stdout: '60000 true true\n', stderr: '' });
});

t.test('on another platform it works, but for deaths; on Linux it needs the addon', async (t) => {
  const main = `
    const worker = start();
    await once(worker, 'message');
    domain.registerReader();
    for (let i = 0; i < 10; i++) await domain.synchronize();
    domain.synchronizeSync();
    console.log(domain.stats().readers);
    await worker.terminate();
    console.log(domain.stats().readers);`;
  const theirs = "domain.registerReader(); parentPort.on('message', () => {}); parentPort.postMessage('');";
  t.match(await run(main, theirs, pretendDarwin), { status: 0, stdout: '2\n2\n', stderr: '' });
  const { status, stderr } = await run(main, theirs, ['--no-addons']);
  t.equal(status, 1);
  t.match(stderr, /UnavailableError: .*--no-addons/s);
});
