/** The record of registrations: one for the process, shared by all threads, outliving each of them. */
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command, membarrier } from 'node-membarrier';
import t from 'tap';
import { startActor } from '../support/process/actor.js';
import { fresh, runBare } from '../support/process/fresh.js';
import { registrables, unless } from '../support/process/kernel.js';

const issued = { value: undefined };
t.test('a registration in main serves workers that started before it and after', async (t) => {
  const before = startActor();
  t.strictSame(await before.take(['isRegistered', 'PRIVATE_EXPEDITED']), { value: false });
  t.equal((await before.take(['privateExpedited'])).error?.code, 'ERR_MEMBARRIER_NOT_REGISTERED');
  await membarrier.register('PRIVATE_EXPEDITED');
  const after = startActor();
  for (const worker of [before, after]) {
    t.strictSame(await worker.take(['isRegistered', 'PRIVATE_EXPEDITED']), { value: true });
    t.strictSame(await worker.take(['privateExpedited']), issued, 'the barrier is issued');
    t.strictSame(await worker.take(['barrier', 'PRIVATE_EXPEDITED']), issued, 'through its own Barrier too');
    await worker.terminate();
  }
});

t.test(
  'a registration in a worker serves main, and outlives the worker',
  { skip: unless('PRIVATE_EXPEDITED_SYNC_CORE') },
  async (t) => {
    t.throws(() => membarrier.privateExpeditedSyncCore(), { code: 'ERR_MEMBARRIER_NOT_REGISTERED' });
    const worker = startActor();
    t.strictSame(await worker.take(['register', 'PRIVATE_EXPEDITED_SYNC_CORE']), {
      value: { barrier: 'PRIVATE_EXPEDITED_SYNC_CORE' },
    });
    await worker.terminate();
    t.equal(membarrier.isRegistered('PRIVATE_EXPEDITED_SYNC_CORE'), true);
    t.doesNotThrow(() => membarrier.privateExpeditedSyncCore());
  },
);

t.test('the record outlives the worker that alone had loaded the library', async (t) => {
  const { stdout, stderr } = await runBare([
    fileURLToPath(new URL('../support/process/only-workers.js', import.meta.url)),
  ]);
  t.equal(stderr, '');
  t.strictSame(JSON.parse(stdout), { worker: 'registered', main: true, barrier: 'issued' });
});

t.test('8 workers race to register every kind', async (t) => {
  for (let round = 0; round < 5; round++) {
    const { stdout, stderr } = await runBare([fileURLToPath(new URL('../support/process/race.js', import.meta.url))]);
    t.equal(stderr, '');
    t.strictSame(JSON.parse(stdout), { got: Array.from({ length: 8 }, () => 'issued all'), held: registrables });
  }
});

t.test('workers come and go while the record stays', async (t) => {
  for (let round = 0; round < 20; round++) {
    const worker = startActor();
    t.strictSame(await worker.take(['privateExpedited']), issued);
    await worker.terminate();
  }
  t.ok(membarrier.isRegistered('PRIVATE_EXPEDITED'));
});

t.test('terminate() during GLOBAL ends the worker, and nothing else', { skip: unless('GLOBAL') }, async (t) => {
  for (const step of [['global'], ['globalSync']] as const) {
    for (let round = 0; round < 8; round++) {
      const worker = startActor();
      await worker.take(['isSupported']);
      worker.take(step).catch(() => {});
      await setTimeout(round);
      t.equal(await worker.terminate(), 1, `${step[0]}, after ${round} ms`);
    }
  }
  t.doesNotThrow(() => membarrier.privateExpedited());
});

t.test('terminate() during a registration ends the worker, and nothing else', async (t) => {
  const { stdout, stderr } = await runBare([
    fileURLToPath(new URL('../support/process/terminated.js', import.meta.url)),
  ]);
  t.equal(stderr, '');
  t.strictSame(JSON.parse(stdout), { statuses: registrables.map(() => 1), held: registrables });
});

t.test('a registration by raw() is not in the record: the facade knows only its own', async (t) => {
  const [raw, record, refused, issued] = await fresh([
    ['raw', Command.REGISTER_PRIVATE_EXPEDITED],
    ['isRegistered', 'PRIVATE_EXPEDITED'],
    ['privateExpedited'],
    ['raw', Command.PRIVATE_EXPEDITED],
  ]);
  t.equal(raw?.value, 0);
  t.equal(record?.value, false);
  t.equal(refused?.error?.code, 'ERR_MEMBARRIER_NOT_REGISTERED', 'also where libc has registered, as musl does');
  t.equal(issued?.value, 0);
});
