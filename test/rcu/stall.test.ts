/** A stall names the reader; and an AbortSignal ends the wait, not the grace period. */

import diagnostics_channel from 'node:diagnostics_channel';
import { setTimeout } from 'node:timers/promises';
import { RcuDomain, type RcuStall, STALL_CHANNEL } from 'node-membarrier/rcu';
import t, { type Test } from 'tap';
import { root } from '../../harness/index.js';
import { runBare } from '../support/process/fresh.js';
import { startRcuActor } from '../support/rcu/actor.js';
import { startMortal } from '../support/rcu/mortal.js';

const stalls: RcuStall[] = [];
diagnostics_channel.subscribe(STALL_CHANNEL, (stall) => stalls.push(stall as RcuStall));
const warnings: Error[] = [];
process.removeAllListeners('warning');
process.on('warning', (warning) => warnings.push(warning));

function begin(t: Test): void {
  stalls.length = 0;
  warnings.length = 0;
  t.equal(STALL_CHANNEL, 'node-membarrier:rcu:stall');
}

t.test('a worker is named, and told again when twice as long has passed', async (t) => {
  begin(t);
  const domain = RcuDomain.createSync({ stallTimeout: 50 });
  const mortal = await startMortal(domain.handle, 'section', 'loop');
  const { threadId } = mortal.worker;
  const over = domain.synchronize();
  while (stalls.length < 3) await setTimeout(10);
  await mortal.end();
  await over;
  t.strictSame(
    stalls.map(({ threadId, name }) => ({ threadId, name })),
    [1, 2, 3].map(() => ({ threadId, name: 'section' })),
  );
  const waited = stalls.map(({ milliseconds }) => milliseconds);
  t.ok((waited[0] as number) >= 50, 'not before the time');
  t.ok((waited[1] as number) >= 2 * (waited[0] as number) - 1);
  t.ok((waited[2] as number) >= 2 * (waited[1] as number) - 1);
  t.match(warnings[0], {
    name: 'RcuStallWarning',
    code: 'RCU_STALL',
    message: new RegExp(
      `has waited ${waited[0]} ms for worker ${threadId} \\("section"\\), which is in a read-side critical section`,
    ),
  });
});

t.test('synchronizeSync() tells who subscribes at once', async (t) => {
  begin(t);
  const domain = RcuDomain.createSync({ stallTimeout: 20 });
  const mortal = await startMortal(domain.handle, 'section', 'loop');
  const { threadId } = mortal.worker;
  const terminate = () => void mortal.worker.terminate();
  diagnostics_channel.subscribe(STALL_CHANNEL, terminate);
  domain.synchronizeSync();
  diagnostics_channel.unsubscribe(STALL_CHANNEL, terminate);
  t.match(stalls[0], { threadId, name: 'section' });
  t.equal(warnings.length, 0, 'a warning waits for the event loop');
  while (warnings.length === 0) await setTimeout(1);
});

t.test('the main thread is named, and a worker by its own name where Node.js tells it', async (t) => {
  begin(t);
  const domain = RcuDomain.createSync({ stallTimeout: 10 });
  const reader = domain.registerReader();
  reader.readLock();
  const over = domain.synchronize();
  while (warnings.length === 0) await setTimeout(10);
  reader.readUnlock();
  await over;
  t.match(stalls[0], { threadId: 0, name: '' });
  t.match(warnings[0], { message: / for the main thread, which is in a read-side critical section/ });

  begin(t);
  const actor = startRcuActor(domain.handle, 'by its name');
  await actor.do('readLock');
  const again = domain.synchronize();
  while (stalls.length === 0) await setTimeout(10);
  await actor.end();
  await again;
  const { threadName } = (await import('node:worker_threads')) as { threadName?: string };
  t.equal(stalls[0]?.name, threadName === undefined ? '' : 'by its name');
});

t.test('a reader that comes and goes is no stall', async (t) => {
  begin(t);
  const domain = RcuDomain.createSync({ stallTimeout: 200 });
  const mortal = await startMortal(domain.handle, 'reading', 'loop');
  const end = performance.now() + 600;
  while (performance.now() < end) await domain.synchronize();
  await mortal.end();
  t.strictSame([stalls, warnings], [[], []]);
});

t.test('a name that is too long is cut, between characters', async (t) => {
  begin(t);
  const domain = RcuDomain.createSync({ stallTimeout: 1 });
  const reader = domain.registerReader({ name: 'ä'.repeat(100) });
  reader.readLock();
  const over = domain.synchronize();
  while (stalls.length === 0) await setTimeout(10);
  reader.readUnlock();
  await over;
  t.equal(stalls[0]?.name, 'ä'.repeat(50));
});

t.test('a wait that was given up does not count for the next one', async (t) => {
  begin(t);
  const domain = RcuDomain.createSync({ stallTimeout: 400 });
  const reader = domain.registerReader();
  reader.readLock();
  const given = domain.synchronize({ signal: AbortSignal.timeout(30) });
  await t.rejects(given, { name: 'TimeoutError' });
  await setTimeout(600);
  const begun = performance.now();
  const over = domain.synchronize();
  while (stalls.length === 0) await setTimeout(1);
  const waited = performance.now() - begun;
  t.ok((stalls[0]?.milliseconds ?? Infinity) <= waited + 1, `${stalls[0]?.milliseconds} ms told, ${waited} waited`);
  reader.readUnlock();
  await over;
});

t.test('a thread that waits for its own section knows soon, whatever stallTimeout is', async (t) => {
  begin(t);
  const domain = RcuDomain.createSync({ stallTimeout: 60_000 });
  const reader = domain.registerReader();
  reader.readLock();
  const over = domain.synchronize();
  while (warnings.length === 0) await setTimeout(10);
  t.match(warnings[0]?.message, /the main thread.*That is this thread itself: it awaits inside a section/);
  reader.readUnlock();
  await over;
});

t.test('a process that was stopped blames nobody', async (t) => {
  const program = script(`
    process.on('warning', ({ message }) => console.log(message));
    const { Worker } = await import('node:worker_threads');
    const code = \`const { workerData } = require('node:worker_threads');
      import('${new URL('dist/rcu.js', root).href}').then(({ RcuDomain }) => {
        const reader = RcuDomain.attach(workerData).registerReader();
        reader.readLock();
        require('node:worker_threads').parentPort.postMessage('inside');
        setTimeout(reader.readUnlock, 2000);
      });\`;
    const slow = RcuDomain.createSync({ stallTimeout: 4500 });
    const worker = new Worker(code, { eval: true, workerData: slow.handle, execArgv: [] });
    await new Promise((resolve) => worker.once('message', resolve));
    const over = slow.synchronize();
    const { spawn } = await import('node:child_process');
    spawn('sh', ['-c', \`kill -STOP \${process.pid}; sleep 5; kill -CONT \${process.pid}\`], { stdio: 'ignore' });
    await over;
    console.log('over');
    process.exit();`);
  t.match(await program, { status: 0, stderr: '', stdout: /^over\n$/ });
});

t.test('AbortSignal', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  await t.rejects(domain.synchronize({ signal: AbortSignal.abort(new Error('before')) }), { message: 'before' });
  t.equal(domain.stats().gracePeriods, 0, 'nothing has been begun');

  reader.readLock();
  const controller = new AbortController();
  const patient = domain.synchronize();
  const aborted = domain.synchronize({ signal: controller.signal });
  await setTimeout(30);
  controller.abort(new Error('meanwhile'));
  await t.rejects(aborted, { message: 'meanwhile' });
  const first = await Promise.race([patient.then(() => 'over'), setTimeout(30, 'still waiting')]);
  t.equal(first, 'still waiting', 'who has not given up waits on');
  reader.readUnlock();
  await patient;

  const { signal } = new AbortController();
  await domain.synchronize({ signal });
  const late = new AbortController();
  await domain.synchronize({ signal: late.signal });
  late.abort();
  domain.synchronizeSync();
});

const script = (lines: string) =>
  runBare([
    '--input-type=module',
    '--eval',
    `import { RcuDomain } from '${new URL('dist/rcu.js', root).href}';
    const domain = RcuDomain.createSync();
    const reader = domain.registerReader();
    ${lines}`,
  ]);

t.test('what waits keeps the process alive, and nothing else does', async (t) => {
  const waiting = await script(`reader.readLock();
    domain.synchronize().then(() => console.log('over'));
    domain.callRcu(() => console.log('called'));
    setTimeout(reader.readUnlock, 200).unref();`);
  t.match(waiting, { status: 0, stdout: /over/ });
  t.match(waiting, { stdout: /called/ });

  const aborted = await script(`reader.readLock();
    domain.synchronize({ signal: AbortSignal.timeout(50) }).catch(({ name }) => console.log(name));
    setTimeout(() => {}, 100);
    setTimeout(() => console.log('still alive'), 5000).unref();`);
  t.match(aborted, { status: 0, stdout: 'TimeoutError\n' }, 'though the section is open');
});

t.test('a wait that is given up at any moment lets the process end', async (t) => {
  for (let microtasks = 0; microtasks < 8; microtasks++) {
    const { status, stdout } = await script(`reader.readLock();
      setTimeout(() => console.log('still alive'), 5000).unref();
      const controller = new AbortController();
      domain.synchronize({ signal: controller.signal }).catch(() => {});
      for (let i = 0; i < ${microtasks}; i++) await undefined;
      controller.abort();`);
    t.strictSame({ status, stdout }, { status: 0, stdout: '' }, `after ${microtasks} microtasks`);
  }
});
