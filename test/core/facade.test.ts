/** The members of the facade, on a kernel that has them all and allows them. */
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { Command, type CommandName, Flag, membarrier, NotRegisteredError } from 'node-membarrier';
import t from 'tap';
import { fresh } from '../support/process/fresh.js';
import { unless } from '../support/process/kernel.js';

t.test('Command and Flag are the numbers of the kernel', async (t) => {
  t.strictSame(Command, {
    QUERY: 0,
    GLOBAL: 1,
    GLOBAL_EXPEDITED: 2,
    REGISTER_GLOBAL_EXPEDITED: 4,
    PRIVATE_EXPEDITED: 8,
    REGISTER_PRIVATE_EXPEDITED: 16,
    PRIVATE_EXPEDITED_SYNC_CORE: 32,
    REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: 64,
    PRIVATE_EXPEDITED_RSEQ: 128,
    REGISTER_PRIVATE_EXPEDITED_RSEQ: 256,
    GET_REGISTRATIONS: 512,
  });
  t.strictSame(Flag, { CPU: 1 });
  t.ok([Command, Flag, membarrier].every(Object.isFrozen), 'and nobody can change them');
});

t.test('a barrier before its registration is refused, by name', async (t) => {
  for (const [method, command] of [
    ['privateExpedited', 'PRIVATE_EXPEDITED'],
    ['privateExpeditedSyncCore', 'PRIVATE_EXPEDITED_SYNC_CORE'],
    ['privateExpeditedRseq', 'PRIVATE_EXPEDITED_RSEQ'],
  ] as const) {
    const { [method]: issue } = membarrier;
    t.throws(() => issue(), NotRegisteredError, `${method}, destructured`);
    t.throws(() => issue(), {
      command,
      code: 'ERR_MEMBARRIER_NOT_REGISTERED',
      message: new RegExp(`register\\('${command}'\\)`),
    });
    t.match(membarrier.attempt(command), { ok: false, error: { code: 'ERR_MEMBARRIER_NOT_REGISTERED', command } });
  }
  t.doesNotThrow(() => membarrier.globalExpedited(), 'GLOBAL_EXPEDITED needs no registration of the caller');
  t.equal(membarrier.isRegistered('GLOBAL_EXPEDITED'), false);
});

/**
 * So that a registration waits for its turn: the kernel may take less time for it than this thread for its next step.
 */
async function occupyThreadPool(): Promise<void> {
  const { UV_THREADPOOL_SIZE: threads = 4 } = process.env;
  const derive = promisify(pbkdf2);
  await Promise.all(Array.from({ length: Number(threads) }, () => derive('password', 'salt', 100_000, 64, 'sha512')));
}

for (const [command, method] of [
  ['PRIVATE_EXPEDITED', 'privateExpedited'],
  ['PRIVATE_EXPEDITED_SYNC_CORE', 'privateExpeditedSyncCore'],
  ['PRIVATE_EXPEDITED_RSEQ', 'privateExpeditedRseq'],
  ['GLOBAL_EXPEDITED', 'globalExpedited'],
] as const) {
  t.test(`registering ${command} yields the barrier`, { skip: unless(command) }, async (t) => {
    t.equal(membarrier.isRegistered(command), false);
    const occupied = occupyThreadPool();
    const pending = membarrier.register(command);
    t.equal(membarrier.isRegistered(command), false, 'not before the kernel has been asked');
    const barrier = await pending;
    await occupied;
    t.equal(membarrier.isRegistered(command), true);
    t.equal(barrier.command, command);
    t.equal(barrier.name, command, 'a stack trace names it');
    t.ok(Object.isFrozen(barrier));
    t.equal(barrier(), undefined);
    t.equal(membarrier[method](), undefined);
    t.strictSame(membarrier.attempt(command), { ok: true, value: undefined });
    t.equal(await membarrier.register(command), barrier, 'again: the same');
    t.equal(membarrier.registerSync(command), barrier);
    t.strictSame(membarrier.attempt(`REGISTER_${command}`), { ok: true, value: barrier });
  });
}

t.test('registerSync() and attempt() register as well as register()', async (t) => {
  const outcomes = await fresh([
    ['registerSync', 'PRIVATE_EXPEDITED'],
    ['attempt', 'REGISTER_GLOBAL_EXPEDITED'],
    ['isRegistered', 'PRIVATE_EXPEDITED'],
    ['isRegistered', 'GLOBAL_EXPEDITED'],
  ]);
  t.strictSame(
    outcomes.map(({ value }) => value),
    [{ barrier: 'PRIVATE_EXPEDITED' }, { ok: true, value: { barrier: 'GLOBAL_EXPEDITED' } }, true, true],
  );
});

t.test('concurrent registrations of one kind all succeed', async (t) => {
  const kinds = ['PRIVATE_EXPEDITED', 'PRIVATE_EXPEDITED', 'GLOBAL_EXPEDITED', 'PRIVATE_EXPEDITED'] as const;
  const barriers = await Promise.all(kinds.map((kind) => membarrier.register(kind)));
  t.strictSame(
    barriers.map(({ command }) => command),
    kinds,
  );
});

t.test('global()', { skip: unless('GLOBAL') }, async (t) => {
  t.equal(await membarrier.global(), undefined);
  t.equal(membarrier.globalSync(), undefined);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  // A barrier may be over in less than a tick. If the loop did not turn meanwhile, this would never end.
  while (ticks === 0) await Promise.all(Array.from({ length: 4 }, () => membarrier.global()));
  clearInterval(timer);
  t.pass('the event loop goes on meanwhile');
});

t.test('attempt() yields what the methods yield', async (t) => {
  t.strictSame(membarrier.attempt('QUERY'), { ok: true, value: membarrier.query() });
  const held = membarrier.attempt('GET_REGISTRATIONS');
  if (held.ok) t.strictSame(held.value, membarrier.kernelRegistrations());
  else t.equal(held.error.code, 'ERR_MEMBARRIER_UNSUPPORTED_COMMAND');
});

t.test('raw() is the kernel, neither more nor less', async (t) => {
  t.equal(membarrier.raw(Command.QUERY), membarrier.query().mask);
  t.equal(membarrier.raw(Command.QUERY, 0, 2 ** 31 - 1), membarrier.query().mask, 'QUERY does not look at the CPU');
  t.equal(membarrier.raw(Command.QUERY, -1), -22);
  t.equal(membarrier.raw(-(2 ** 31)), -22);
  t.equal(membarrier.raw(3), -22, 'two commands at once are none');
});

t.test('what changes a set that query() answered changes no later answer', async (t) => {
  (membarrier.query().commands as Set<CommandName>).clear();
  t.ok(membarrier.query().commands.size > 0);
});
