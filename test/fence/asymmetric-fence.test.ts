/** The asymmetric fence: what creates it, what it is made of where membarrier(2) can be used, and how it fails. */
import { constants } from 'node:os';
import { execPath } from 'node:process';
import { Command, membarrier } from 'node-membarrier';
import { AsymmetricFence, FenceError } from 'node-membarrier/fence';
import t from 'tap';
import { harness } from '../../harness/index.js';
import { functionCallInterrupts, interruptsDuring } from '../../harness/interrupts.js';
import { startSibling } from '../../harness/sibling.js';
import { startActor } from '../support/process/actor.js';
import { fresh, runCommand } from '../support/process/fresh.js';

const { EPERM, ENOMEM } = constants.errno;
const [here, there] = harness.affinity() as [number, number?];

t.test('importing decides and registers nothing', async (t) => {
  t.equal(membarrier.isRegistered('PRIVATE_EXPEDITED'), false);
});

t.test('one fence for a thread, however often and however it is created', async (t) => {
  const fence = await AsymmetricFence.create();
  t.equal(fence.strategy, 'membarrier');
  t.ok(membarrier.isRegistered('PRIVATE_EXPEDITED'), 'registered through the facade');
  t.equal(AsymmetricFence.createSync(), fence);
  t.equal(await AsymmetricFence.create({ fallback: 'error' }), fence);
  t.equal(AsymmetricFence.createSync({ fallback: undefined }), fence);
  t.ok(fence instanceof AsymmetricFence);
  t.ok(Object.isFrozen(fence));
  const { light, heavy } = fence;
  t.equal(light(), undefined, 'they may be destructured');
  t.equal(heavy(), undefined);
});

t.test('in workers, with nothing passed between them', async (t) => {
  const workers = Array.from({ length: 4 }, () => startActor());
  for (const [i, worker] of workers.entries()) {
    t.match(await worker.take([i % 2 === 0 ? 'fence.create' : 'fence.createSync']), { value: 'membarrier' });
    t.match(await worker.take(['fence.light']), { value: undefined, error: undefined });
    t.match(await worker.take(['fence.heavy']), { value: undefined, error: undefined });
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
});

t.test('registers once per process, and light() makes no system call at all', async (t) => {
  const kill = 0;
  const [created, , , again, light, , heavy] = await fresh([
    ['fence.create'],
    ['deny', Command.REGISTER_PRIVATE_EXPEDITED, kill],
    ['deny', Command.QUERY, kill],
    ['fence.createSync', { fallback: 'error' }],
    ['fence.light'],
    ['deny', Command.PRIVATE_EXPEDITED, ENOMEM],
    ['fence.heavy'],
  ]);
  t.strictSame([created?.value, again?.value], ['membarrier', 'membarrier']);
  t.equal(light?.error, undefined);
  t.match(heavy?.error, { code: 'ENOMEM', command: 'PRIVATE_EXPEDITED' }, 'while heavy() is PRIVATE_EXPEDITED');
});

const skip =
  there === undefined
    ? 'this process may use one CPU only'
    : functionCallInterrupts() === undefined && 'this kernel does not show these interrupts';

t.test('heavy() interrupts a running sibling, once; light() does not', { skip }, async (t) => {
  harness.pin(here);
  const { light, heavy } = AsymmetricFence.createSync();
  const sibling = await startSibling('busy', there);
  const calls = 50;
  const reached = (fence: () => void) => {
    const bursts = Array.from({ length: 300 }, () =>
      interruptsDuring(there as number, () => {
        for (let i = 0; i < calls; i++) fence();
      }),
    );
    return bursts.filter((interrupts) => (interrupts ?? 0) >= 0.9 * calls).length / bursts.length;
  };
  t.ok(reached(heavy) > 0);
  t.ok(reached(light) < 0.1);
  await sibling.stop();
});

t.test('a later failure of heavy() throws, each time, and changes nothing', async (t) => {
  for (const [errno, code] of [
    [EPERM, 'ERR_MEMBARRIER_BLOCKED'],
    [ENOMEM, 'ENOMEM'],
  ] as const) {
    const [, , first, second, again, light] = await fresh([
      ['fence.create'],
      ['deny', Command.PRIVATE_EXPEDITED, errno],
      ['fence.heavy'],
      ['fence.heavy'],
      ['fence.create', { fallback: 'error' }],
      ['fence.light'],
    ]);
    t.match(first?.error, { code, command: 'PRIVATE_EXPEDITED', errno: -errno });
    t.match(second?.error, { code });
    t.equal(again?.value, 'membarrier', 'it never degrades');
    t.equal(light?.error, undefined);
  }
});

t.test('too little address space for a WebAssembly memory: Atomics.load in its place', async (t) => {
  const script = `
    import { AsymmetricFence } from 'node-membarrier/fence';
    let memory = true;
    try { new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }); } catch { memory = false; }
    const { strategy, light, heavy } = AsymmetricFence.createSync({ fallback: 'error' });
    light();
    heavy();
    console.log(JSON.stringify({ memory, strategy, native: String(light).includes('[native code]') }));`;
  const limited = 'ulimit -v 7000000 && exec "$0" --input-type=module --eval "$1"';
  const { status, stdout, stderr } = await runCommand('env', ['-i', 'sh', '-c', limited, execPath, script]);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  const { memory, strategy, native } = JSON.parse(stdout) as Record<string, unknown>;
  t.equal(strategy, 'membarrier');
  t.equal(native, memory, memory ? 'there was enough after all' : 'there was none');
});

t.test('bad options are refused, and nothing is decided', async (t) => {
  const bad = [
    [null, 'ERR_INVALID_ARG_TYPE', /"options" must be an object. Received null/],
    ['error', 'ERR_INVALID_ARG_TYPE', /Received "error"/],
    [{ fallback: null }, 'ERR_INVALID_ARG_TYPE', /"options.fallback" must be a string. Received null/],
    [{ fallback: true }, 'ERR_INVALID_ARG_TYPE', /Received true/],
    [{ fallback: 'none' }, 'ERR_OUT_OF_RANGE', /must be 'symmetric' or 'error'. Received "none"/],
  ] as const;
  const steps = bad.flatMap(([options]) => [
    ['fence.create', options] as const,
    ['fence.createSync', options] as const,
  ]);
  const outcomes = await fresh([...steps, ['isRegistered', 'PRIVATE_EXPEDITED']]);
  t.equal(outcomes.pop()?.value, false);
  for (const [i, { error }] of outcomes.entries()) {
    const [, code, message] = bad[Math.floor(i / 2)] as (typeof bad)[number];
    t.match(error, { code, message });
  }
});

t.test('nobody else constructs one', async (t) => {
  const Constructor = AsymmetricFence as unknown as new (...args: unknown[]) => unknown;
  t.throws(() => new Constructor(), { name: 'TypeError', message: /Illegal constructor.*AsymmetricFence\.create/ });
  t.throws(
    () => new Constructor(Symbol('constructing'), { light() {}, heavy() {}, strategy: 'membarrier' }),
    TypeError,
  );
});

t.test('FenceError is an Error with a literal code', async (t) => {
  const error = new FenceError('ERR_FENCE_SYMMETRIC', 'message');
  t.match(error, { name: 'FenceError', code: 'ERR_FENCE_SYMMETRIC', message: 'message' });
  t.strictSame(Object.keys(error), ['code']);
});
