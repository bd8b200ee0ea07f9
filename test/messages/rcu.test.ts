/** What RcuDomain, its readers and the locks say when they are used in the wrong way. */
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { root } from '../../harness/index.js';
import { checkForm, checkMessage } from '../support/messages.js';
import { runBare, runCommand } from '../support/process/fresh.js';

const inOnly = 'or postMessage, and what arrives there to attach(). cluster and child_process cannot share memory.';

t.test('a handle that is none: as cluster and child_process deliver it, and others', async (t) => {
  const domain = RcuDomain.createSync();
  for (const [handle, shown] of [
    [JSON.parse(JSON.stringify(domain.handle)), 'an object'],
    [domain, 'an instance of RcuDomain'],
    [undefined, 'undefined'],
    [Promise.resolve(domain.handle), 'an instance of Promise'],
  ] as const) {
    await checkMessage(
      t,
      () => RcuDomain.attach(handle as never),
      'RcuError',
      'ERR_RCU_FOREIGN_HANDLE',
      'This is not the handle of an RcuDomain. Pass `domain.handle` to a worker of the same process, through ' +
        `workerData ${inOnly} Received ${shown}`,
    );
  }
});

t.test('a reader in every request', async (t) => {
  const domain = RcuDomain.createSync({ maxReaders: 2 });
  domain.registerReader();
  domain.registerReader();
  await checkMessage(
    t,
    () => domain.registerReader(),
    'RcuError',
    'ERR_RCU_TOO_MANY_READERS',
    'The domain has 2 readers, the most that its maxReaders allows. Call registerReader() once per thread, and not ' +
      'once per request. If that many threads read, create the domain with a larger maxReaders',
  );
});

t.test('sections', async (t) => {
  const domain = RcuDomain.createSync();
  const reader = domain.registerReader();
  const check = (act: () => unknown, code: string, message: string) => checkMessage(t, act, 'RcuError', code, message);
  await check(
    reader.readUnlock,
    'ERR_RCU_NOT_LOCKED',
    'This reader is in no section. Call readLock() first, once for each readUnlock()',
  );
  reader.readLock();
  await check(
    () => domain.synchronizeSync(),
    'ERR_RCU_INSIDE',
    'synchronizeSync() was called inside a read-side critical section of the same thread, so it would wait for ' +
      'itself. Call readUnlock() first, or use callRcu()',
  );
  await check(
    () => reader[Symbol.dispose](),
    'ERR_RCU_INSIDE',
    'Cannot dispose of the reader: it is in a section. Call readUnlock() first',
  );
  await check(
    () => domain[Symbol.dispose](),
    'ERR_RCU_INSIDE',
    'Cannot dispose of the domain: one of its readers in this thread is in a read-side critical section. Call ' +
      'readUnlock() first',
  );
  for (let i = 1; i < 16383; i++) reader.readLock();
  await check(
    reader.readLock,
    'ERR_RCU_NESTING',
    'This reader is in 16383 nested sections, and cannot count more. Call readUnlock() once for each readLock()',
  );
  for (let i = 0; i < 16383; i++) reader.readUnlock();
  reader[Symbol.dispose]();
  await check(reader.readLock, 'ERR_RCU_DISPOSED', 'This thread disposed of the reader. Call registerReader() again');
  await check(
    () => domain.imports.readLock(0),
    'ERR_RCU_FOREIGN_READER',
    'This thread has no reader in that slot. In each thread, attach to the domain and call registerReader() once',
  );
  domain[Symbol.dispose]();
  await check(
    () => domain.registerReader(),
    'ERR_RCU_DISPOSED',
    'This thread disposed of the domain. Call attach() with its handle again',
  );
});

t.test('read(), with functions that go on after it', async (t) => {
  const reader = RcuDomain.createSync().registerReader();
  const asynchronous: () => never = (async () => 1) as never;
  const generator: () => never = function* () {} as never;
  const check = (act: () => unknown, message: string) =>
    checkMessage(t, act, 'TypeError', 'ERR_INVALID_RETURN_VALUE', message);
  await check(
    () => reader.read(asynchronous),
    "The section's function returned a promise, so the section would end at its first await. Do asynchronous work " +
      'before or after the section',
  );
  await check(
    () => reader.read(generator),
    "The section's function returned an iterator, so the section would end before the first step. Iterate inside " +
      'the section, and return the results',
  );
});

t.test('cookies', async (t) => {
  const domain = RcuDomain.createSync();
  await checkMessage(
    t,
    () => domain.poll(-1 as never),
    'RangeError',
    'ERR_OUT_OF_RANGE',
    'The argument "cookie" must be a cookie that startPoll() of this domain returned. Received -1',
  );
});

t.test('a lock', async (t) => {
  const lock = new BiasedLock(AsymmetricFence.createSync(), new Int32Array(new SharedArrayBuffer(64)));
  const check = (act: () => unknown, code: string, message: string) =>
    checkMessage(t, act, 'FenceError', code, message);
  await check(
    lock.unlock,
    'ERR_FENCE_LOCK_NOT_HELD',
    'Cannot unlock: this thread does not hold the lock. Call lock() in this thread first',
  );
  lock.lock();
  await check(
    lock.lock,
    'ERR_FENCE_LOCK_HELD',
    'This thread already holds the lock and would wait for itself: the lock does not nest. Call unlock() first. ' +
      '(After a vm timeout inside withLock() the lock is still held, because V8 skips the finally block.)',
  );
});

const script = (lines: string) =>
  `import { RcuDomain } from '${new URL('dist/rcu.js', root).href}';
  try { ${lines} } catch ({ code, message }) { console.log(JSON.stringify([code, message])); }`;

t.test('--jitless', async (t) => {
  const { stdout } = await runBare(['--jitless', '--input-type=module', '--eval', script('RcuDomain.createSync();')]);
  const [code, message] = JSON.parse(stdout) as [string, string];
  t.equal(code, 'ERR_RCU_UNAVAILABLE');
  t.equal(message, 'RCU needs WebAssembly, which --jitless disables. Start Node.js without --jitless');
  checkForm(t, message);
});

t.test('a limit of addresses, and the remedy that the message names', async (t) => {
  const limited = (flags: readonly string[]) => {
    const node = [process.execPath, ...flags, '--input-type=module', '--eval', script('RcuDomain.createSync();')];
    return runCommand('env', ['-i', 'sh', '-c', 'ulimit -v 12000000; exec "$@"', 'sh', ...node]);
  };
  const [code, message] = JSON.parse((await limited([])).stdout) as [string, string];
  t.equal(code, 'ERR_RCU_UNAVAILABLE');
  t.equal(
    message,
    'Cannot create the domain: V8 cannot allocate a shared memory of 65536 bytes. It reserves about 10 GB of ' +
      'addresses for each domain. Raise the limit of addresses (ulimit -v), start Node.js with ' +
      '--disable-wasm-trap-handler, or create fewer domains',
  );
  checkForm(t, message);
  t.match(await limited(['--disable-wasm-trap-handler']), { status: 0, stdout: '' });
});

t.test('a domain of another version, and of another strategy', async (t) => {
  const domain = RcuDomain.createSync();
  const { memory } = domain.handle as unknown as { memory: WebAssembly.Memory };
  const words = new DataView(memory.buffer);
  const version = words.getInt32(4, true);
  words.setInt32(4, 99, true);
  await checkMessage(
    t,
    () => RcuDomain.attach(domain.handle),
    'RcuError',
    'ERR_RCU_VERSION',
    `Another version of node-membarrier created the domain (its memory has layout 99, this version expects ` +
      `${version}). ` +
      'Load the same version in all threads',
  );
  words.setInt32(4, version, true);
  words.setInt32(8, 1, true);
  await checkMessage(
    t,
    () => RcuDomain.attach(domain.handle),
    'RcuError',
    'ERR_RCU_STRATEGY',
    'The domain uses the symmetric strategy, and the fences of this thread use membarrier. Create a new domain, in ' +
      'this process',
  );
});

t.test('the event-loop flavor', async (t) => {
  const domain = RcuDomain.createSync({ flavor: 'qsbr', debug: true });
  const reader = domain.registerReader();
  const check = (act: () => unknown, code: string, message: string) => checkMessage(t, act, 'RcuError', code, message);
  await check(reader.online, 'ERR_RCU_ONLINE', 'This reader is online already. Call online() only after offline()');
  reader.readLock();
  await check(
    reader.offline,
    'ERR_RCU_INSIDE',
    'offline() was called inside a read-side critical section. Call readUnlock() first',
  );
  reader.readUnlock();
  reader.offline();
  await check(
    reader.readLock,
    'ERR_RCU_OFFLINE',
    'This reader is offline, so nobody waits for it. Call online() first',
  );
  await checkMessage(
    t,
    () => RcuDomain.createSync({ flavor: 'qsrb' as never }),
    'RangeError',
    'ERR_OUT_OF_RANGE',
    `The property "options.flavor" must be 'memb' or 'qsbr'. Received "qsrb"`,
  );
});
