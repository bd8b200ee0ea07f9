/**
 * Where membarrier(2) cannot be used, both fences are full ones, in every thread of the process or in none. With
 * fallback: 'error' create() says why. Each cause is met for real; another platform is the one that is pretended.
 */
import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Command } from 'node-membarrier';
import t from 'tap';
import { startActor } from '../support/process/actor.js';
import { fresh, pretendDarwin, runBare } from '../support/process/fresh.js';
import { packageWithoutBinary } from '../support/process/package-copy.js';

const { EPERM, ENOSYS, EINVAL } = constants.errno;
const every = -1;
const kill = 0;
const strict = { fallback: 'error' };

for (const [deny, code] of [
  [[every, EPERM], 'ERR_MEMBARRIER_BLOCKED'],
  [[every, ENOSYS], 'ERR_MEMBARRIER_UNAVAILABLE'],
  [[Command.REGISTER_PRIVATE_EXPEDITED, EPERM], 'ERR_MEMBARRIER_BLOCKED'],
  [[Command.REGISTER_PRIVATE_EXPEDITED, EINVAL], 'ERR_MEMBARRIER_UNSUPPORTED_COMMAND'],
] as const) {
  t.test(`a filter answers ${deny[1]} to ${deny[0] === every ? 'everything' : 'the registration'}`, async (t) => {
    const [refused, refusedSync, symmetric, , light, heavy, again] = await fresh(
      [
        ['fence.create', strict],
        ['fence.createSync', strict],
        ['fence.create'],
        ['deny', every, kill],
        ['fence.light'],
        ['fence.heavy'],
        ['fence.createSync'],
      ],
      { deny: [deny] },
    );
    t.match(refused?.error, { code }, "fallback: 'error' says why");
    t.match(refusedSync?.error, { code });
    t.equal(symmetric?.value, 'symmetric');
    t.strictSame([light?.error, heavy?.error], [undefined, undefined], 'both fences work, without a system call');
    t.equal(again?.value, 'symmetric', 'and what is there is not registered for again');
  });
}

t.test("a refusal by fallback: 'error' decides nothing for the others", async (t) => {
  const [first, refused, second, symmetric, third] = await fresh(
    [['fence.decision'], ['fence.create', strict], ['fence.decision'], ['fence.create'], ['fence.decision']],
    { deny: [[every, EPERM]] },
  );
  t.equal(refused?.error?.code, 'ERR_MEMBARRIER_BLOCKED');
  t.equal(symmetric?.value, 'symmetric');
  t.strictSame([first?.value, second?.value, third?.value], ['undecided', 'undecided', 'symmetric']);
});

/** Runs a module in a fresh process; what it prints as JSON. */
async function print(script: string, flags: readonly string[] = []): Promise<unknown> {
  const { status, stdout, stderr } = await runBare([
    ...flags,
    '--no-warnings',
    '--input-type=module',
    '--eval',
    script,
  ]);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const binding = new URL('../../lib/addon/binding.js', import.meta.url).href;

t.test('once decided, for good: membarrier(2) that works comes too late', async (t) => {
  const found = await print(`
    import { AsymmetricFence } from 'node-membarrier/fence';
    import { membarrier } from 'node-membarrier';
    const { loaded } = await import('${binding}');
    loaded.binding.decideFenceStrategy(2); // as a thread does whose registration was refused
    const { strategy, light, heavy } = await AsymmetricFence.create();
    const { code, message } = await AsymmetricFence.create({ fallback: 'error' }).catch((error) => error);
    const registered = membarrier.isRegistered('PRIVATE_EXPEDITED');
    console.log(JSON.stringify({ strategy, same: light === heavy, code, message, registered }));`);
  t.match(found, {
    strategy: 'symmetric',
    same: true,
    code: 'ERR_FENCE_SYMMETRIC',
    message:
      'The fences of this process are symmetric already, and all fences of a process have the same strategy. A thread ' +
      "created one with the fallback when membarrier(2) failed. Pass fallback: 'error' in the first create() of the " +
      'process',
    registered: true,
  });
});

t.test('threads that decide at the same moment decide alike', async (t) => {
  const race = new URL('../support/fence/fence-race.js', import.meta.url).pathname;
  for (let round = 0; round < 5; round++) {
    const { stdout, stderr } = await runBare([race]);
    t.equal(stderr, '');
    const strategies = JSON.parse(stdout) as string[];
    t.equal(strategies.length, 8);
    t.equal(new Set(strategies).size, 1, `all ${strategies[0] as string}, though half of them were refused`);
  }
});

const noAddon = { code: 'ERR_MEMBARRIER_UNAVAILABLE', message: /without --no-addons/ };

t.test('a worker with --no-addons beside a main thread that has the addon: no mixture', async (t) => {
  const main = startActor();
  t.equal((await main.take(['fence.create'])).value, 'membarrier');
  const worker = startActor(['--no-addons']);
  const outcomes = [await worker.take(['fence.create']), await worker.take(['fence.create', strict])];
  for (const { error } of outcomes)
    t.match(error, noAddon, 'a full fence of its own would not reach the light fences of the others');
  t.equal((await main.take(['fence.create', strict])).value, 'membarrier', 'the others are not concerned');
  await Promise.all([main.terminate(), worker.terminate()]);
});

t.test('a process with --no-addons: no thread of it knows that none has the addon, so the same', async (t) => {
  const { name, code, message } = (await print(report, ['--no-addons'])) as Record<string, string>;
  t.match({ name, code, message }, { name: 'UnavailableError', ...noAddon });
});

const report = `
  import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
  const outcome = {};
  try {
    const fence = await AsymmetricFence.create();
    const { strategy, light, heavy } = fence;
    light();
    heavy();
    const lock = new BiasedLock(fence, new Int32Array(new SharedArrayBuffer(16)));
    Object.assign(outcome, { strategy, same: light === heavy, locked: lock.withLock(() => true) });
  } catch ({ name, code, message }) {
    Object.assign(outcome, { name, code, message });
  }
  outcome.strict = await AsymmetricFence.create({ fallback: 'error' }).then(() => 'created', ({ code }) => code);
  console.log(JSON.stringify(outcome));`;

t.test('another platform: full fences in every thread, so locks work as well', async (t) => {
  t.strictSame(await print(report, pretendDarwin), {
    strategy: 'symmetric',
    same: true,
    locked: true,
    strict: 'ERR_MEMBARRIER_UNAVAILABLE',
  });
});

t.test('no binary for this machine: another copy of the package may have one, so the same', async (t) => {
  const folder = await packageWithoutBinary(t);
  await writeFile(join(folder, 'script.mjs'), report);
  const { stdout, stderr } = await runBare([join(folder, 'script.mjs')]);
  t.equal(stderr, '');
  t.match(JSON.parse(stdout), {
    code: 'ERR_MEMBARRIER_UNAVAILABLE',
    message: /No such file.*\. Reinstall/,
    strict: noAddon.code,
  });
});

t.test('--jitless, without WebAssembly', async (t) => {
  t.strictSame(await print(report, ['--jitless']), {
    strategy: 'membarrier',
    same: false,
    locked: true,
    strict: 'created',
  });
  t.equal(await print('console.log(JSON.stringify(typeof WebAssembly))', ['--jitless']), 'undefined');
  t.match(
    await print(report, ['--jitless', ...pretendDarwin]),
    {
      name: 'FenceError',
      code: 'ERR_FENCE_UNAVAILABLE',
      message: /WebAssembly is disabled \(--jitless\)/,
    },
    'and without the addon there is no full fence',
  );
  const [, symmetric, , light, heavy] = await fresh(
    [['isSupported'], ['fence.create'], ['deny', every, kill], ['fence.light'], ['fence.heavy']],
    { deny: [[every, EPERM]], flags: ['--jitless'] },
  );
  t.equal(symmetric?.value, 'symmetric', 'the full fence is the native one');
  t.strictSame([light?.error, heavy?.error], [undefined, undefined]);
});
