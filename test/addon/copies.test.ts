/**
 * Two copies of the package in one process, each with an addon of its own: they cannot see the end of each other's
 * threads, so they do not share domains and locks. And the identity of threads, which does not rest on threadId.
 */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { root } from '../../harness/index.js';
import { tokenOfThisThread } from '../../lib/fence/token.js';
import { runBare } from '../support/process/fresh.js';
import { packageWithoutBinary } from '../support/process/package-copy.js';

async function copyOfPackage(t: Test): Promise<string> {
  const folder = await packageWithoutBinary(t);
  const binary = fileURLToPath(new URL('build/Release/membarrier.node', root));
  await cp(binary, join(folder, `prebuilds/linux-${process.arch}/node-membarrier.node`));
  return pathToFileURL(`${folder}/dist/`).href;
}

const ours = new URL('dist/', root).href;

async function print(script: string): Promise<unknown> {
  const { stdout, stderr } = await runBare(['--input-type=module', '--eval', script]);
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

t.test('a cookie of a domain that another copy has made is refused, but by chance', async (t) => {
  const script = `
    const cookies = [];
    for (let i = 0; i < 8; i++) {
      const { RcuDomain } = await import('${ours}rcu.js?' + i);
      cookies.push(RcuDomain.createSync().startPoll());
    }
    console.log(JSON.stringify(new Set(cookies.map((cookie) => cookie % 256)).size));`;
  // That all of them have one tag happens once in 2 ** 56 runs.
  t.ok(Number(await print(script)) > 1);
});

t.test("another copy's domain, lock and fence are refused, in one thread and in a worker", async (t) => {
  const theirs = await copyOfPackage(t);
  const script = `
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    const load = async (from) => ({ ...await import(from + 'rcu.js'), ...await import(from + 'fence.js') });
    const [a, b] = [await load('${ours}'), await load('${theirs}')];
    const words = new Int32Array(new SharedArrayBuffer(64));
    const lock = new a.BiasedLock(a.AsymmetricFence.createSync(), words, 4);
    lock.lock();
    const domain = a.RcuDomain.createSync();
    const before = [...words];
    const codeOf = (act) => { try { act(); return 'accepted'; } catch ({ code }) { return code; } };
    const found = [
      codeOf(() => b.RcuDomain.attach(domain.handle)),
      codeOf(() => new b.BiasedLock(b.AsymmetricFence.createSync(), words, 4)),
      codeOf(() => new b.BiasedLock(a.AsymmetricFence.createSync(), words, 8)),
      codeOf(() => a.RcuDomain.attach(b.RcuDomain.createSync().handle)),
    ];
    const program = \`
      import { parentPort, workerData } from 'node:worker_threads';
      const [rcu, fence] = [await import('${theirs}rcu.js'), await import('${theirs}fence.js')];
      const codeOf = (act) => { try { act(); return 'accepted'; } catch ({ code }) { return code; } };
      parentPort.postMessage([
        codeOf(() => rcu.RcuDomain.attach(workerData.handle)),
        codeOf(() => new fence.BiasedLock(fence.AsymmetricFence.createSync(), workerData.words, 4)),
      ]);\`;
    const url = new URL('data:text/javascript,' + encodeURIComponent(program));
    const worker = new Worker(url, { workerData: { handle: domain.handle, words } });
    found.push(...(await once(worker, 'message'))[0]);
    lock.unlock();
    const same = JSON.stringify(before) === JSON.stringify([...words].map((word, i) => (i === 4 ? before[4] : word)));
    console.log(JSON.stringify([found, same, codeOf(() => a.RcuDomain.attach(domain.handle))]));`;
  t.strictSame(await print(script), [
    ['ERR_RCU_COPY', 'ERR_FENCE_COPY', 'ERR_INVALID_ARG_TYPE', 'ERR_RCU_COPY', 'ERR_RCU_COPY', 'ERR_FENCE_COPY'],
    true,
    'accepted',
  ]);
});

t.test('two instances over one addon share it, as module registries of test runners make them', async (t) => {
  const script = `
    const [a, b] = [await import('${ours}rcu.js?a'), await import('${ours}rcu.js?b')];
    const [c, d] = [await import('${ours}fence.js?c'), await import('${ours}fence.js?d')];
    const domain = a.RcuDomain.createSync();
    const reader = b.RcuDomain.attach(domain.handle).registerReader();
    let inside = '';
    try { reader.read(() => domain.synchronizeSync()); } catch ({ code }) { inside = code; }
    const words = new Int32Array(new SharedArrayBuffer(16));
    const fence = c.AsymmetricFence.createSync();
    const lock = new d.BiasedLock(fence, words);
    new c.BiasedLock(fence, words).lock();
    let held = '';
    try { lock.lock(); } catch ({ code }) { held = code; }
    console.log(JSON.stringify([inside, held, domain.stats().readers]));`;
  t.strictSame(await print(script), ['ERR_RCU_INSIDE', 'ERR_FENCE_LOCK_HELD', 1]);
});

const enrol = `
  import { parentPort } from 'node:worker_threads';
  const { tokenOfThisThread } = await import('${new URL('../../lib/fence/token.js', import.meta.url).href}');
  parentPort.postMessage([tokenOfThisThread(), tokenOfThisThread()]);
`;

async function tokenOfAnother(): Promise<number> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(enrol)}`), { execArgv: [], env: {} });
  const [first, second] = await new Promise<number[]>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  t.equal(first, second, 'a thread has one token');
  await worker.terminate();
  return first as number;
}

t.test('a token is never given to two threads, also when they come after each other', async (t) => {
  const tokens = [tokenOfThisThread()];
  for (let round = 0; round < 3; round++) {
    tokens.push(...(await Promise.all([tokenOfAnother(), tokenOfAnother()])), await tokenOfAnother());
  }
  t.equal(new Set(tokens).size, tokens.length, tokens.join(' '));
  t.equal(tokenOfThisThread(), tokens[0]);
});

t.test("another copy's map is refused", async (t) => {
  const theirs = await copyOfPackage(t);
  const script = `
    const [a, b] = [await import('${ours}collections.js'), await import('${theirs}collections.js')];
    const codeOf = (act) => { try { act(); return 'accepted'; } catch ({ code, message }) { return [code, message]; } };
    console.log(JSON.stringify(codeOf(() => b.SharedMap.attach(a.SharedMap.createSync().handle))));`;
  t.match(await print(script), ['ERR_COLLECTION_VERSION', /^Another copy of node-membarrier/]);
});
