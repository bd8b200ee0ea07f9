/** PRIVATE_EXPEDITED_RSEQ and FLAG_CPU: what the kernel answers, and what the facade makes of it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Command, Flag, membarrier } from 'node-membarrier';
import t from 'tap';
import { freshRaw } from '../support/process/fresh.js';
import { EINVAL, EPERM, unless } from '../support/process/kernel.js';

const RSEQ = Command.PRIVATE_EXPEDITED_RSEQ;
const skip = unless('PRIVATE_EXPEDITED_RSEQ');
const int32Max = 2 ** 31 - 1;

t.test('what the kernel answers', { skip }, async (t) => {
  t.strictSame(await freshRaw([[RSEQ], [RSEQ, Flag.CPU, 0]]), [EPERM, EPERM], 'unregistered');
  const [, ...answers] = await freshRaw([
    [Command.REGISTER_PRIVATE_EXPEDITED_RSEQ],
    [RSEQ],
    [RSEQ, Flag.CPU, 0],
    [RSEQ, Flag.CPU, int32Max],
    [RSEQ, Flag.CPU, -1],
    [RSEQ, 0, int32Max],
    [RSEQ, 2, 0],
    [RSEQ, 3, 0],
    [Command.REGISTER_PRIVATE_EXPEDITED_RSEQ, Flag.CPU, 0],
    [Command.PRIVATE_EXPEDITED, Flag.CPU, 0],
  ]);
  t.strictSame(answers, [
    0, // every CPU
    0, // this one
    0, // one that does not exist: success, and nothing done
    0, // a negative one: all of them
    0, // without the flag the CPU is not looked at
    EINVAL, // no such flag
    EINVAL, // nor beside the one there is
    EINVAL, // a flag on its registration
    EINVAL, // a flag on another command
  ]);
});

t.test('the facade takes the CPUs that the machine has, and no others', { skip }, async (t) => {
  t.throws(() => membarrier.privateExpeditedRseq({ cpu: int32Max }), { code: 'ERR_OUT_OF_RANGE' }, 'before the record');
  t.throws(() => membarrier.privateExpeditedRseq({ cpu: 0 }), { code: 'ERR_MEMBARRIER_NOT_REGISTERED' });
  const barrier = await membarrier.register('PRIVATE_EXPEDITED_RSEQ');
  for (const options of [undefined, {}, { cpu: undefined }, { cpu: 0 }]) {
    t.equal(barrier(options), undefined);
    t.equal(membarrier.privateExpeditedRseq(options), undefined);
    t.strictSame(membarrier.attempt('PRIVATE_EXPEDITED_RSEQ', options), { ok: true, value: undefined });
  }
  for (const cpu of [-1, -0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 32, int32Max]) {
    const refused = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: /options\.cpu.*Received/ };
    t.throws(() => barrier({ cpu }), refused);
    t.throws(() => membarrier.privateExpeditedRseq({ cpu }), refused);
    t.throws(() => membarrier.attempt('PRIVATE_EXPEDITED_RSEQ', { cpu }), refused);
  }
});

t.test('FLAG_CPU hammered from many threads: no errors', { skip }, async (t) => {
  const url = new URL('../support/process/hammer.js', import.meta.url);
  const workers = Array.from({ length: 8 }, () => new Worker(url, { execArgv: [], env: {} }));
  const issued = await Promise.all(workers.map((worker) => once(worker, 'message')));
  t.strictSame(
    issued,
    workers.map(() => [10_000]),
  );
});
