/**
 * Any value in any argument gives a typed error or a documented result, and never a crash. In a process of its own, so
 * that whatever gets through is seen in the end: nothing registered is lost, and the process is alive.
 */
import fc from 'fast-check';
import { Command, MembarrierError, membarrier } from 'node-membarrier';
import t from 'tap';

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});
const names = [...Object.keys(Command), '__proto__', 'constructor', 'toString'];
/** Values that fast-check itself could not look at, so it is given how to make them. */
class Hostile {
  constructor(readonly make: () => unknown) {}
}

const hostile = fc.constantFrom(
  new Hostile(() => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }),
  new Hostile(() => ({
    get cpu() {
      throw new Error('read');
    },
  })),
  new Hostile(() => new Proxy({}, { get: () => Symbol('cpu') })),
  new Hostile(() => Object.create(null) as unknown),
  new Hostile(() => () => 0),
);
const command = fc.oneof(anything, hostile, fc.constantFrom(...names));
const number = fc.oneof(anything, fc.integer(), fc.double(), fc.constantFrom(-0, 2 ** 31, 2 ** 32, Number.NaN));
const options = fc.oneof(anything, hostile, fc.record({ cpu: number }, { requiredKeys: [] }));

type Any = (...values: unknown[]) => unknown;

/** Calls, and answers whether what came of it is an error that the documentation names. */
async function behaves(call: Any, values: unknown[], result: (value: unknown) => boolean): Promise<boolean> {
  try {
    return result(await call(...values.map((value) => (value instanceof Hostile ? value.make() : value))));
  } catch (error) {
    if (error instanceof MembarrierError) return typeof error.code === 'string' && error.errno < 0;
    const { code } = error as { code?: string };
    return error instanceof TypeError
      ? code === 'ERR_INVALID_ARG_TYPE'
      : error instanceof RangeError && code === 'ERR_OUT_OF_RANGE';
  }
}

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isUndefined = (value: unknown) => value === undefined;
const isInt32 = (value: unknown) => Number.isInteger(value) && value === ((value as number) | 0);
const isBarrier = (value: unknown) => typeof value === 'function' && 'command' in value;
const isAttempt = (value: unknown) => typeof (value as { ok?: unknown }).ok === 'boolean';

for (const [name, call, values, result] of [
  ['isSupported', membarrier.isSupported, [command], isBoolean],
  ['isRegistered', membarrier.isRegistered, [command], isBoolean],
  ['register', membarrier.register, [command], isBarrier],
  ['registerSync', membarrier.registerSync, [command], isBarrier],
  ['attempt', membarrier.attempt, [command, options], isAttempt],
  ['privateExpeditedRseq', membarrier.privateExpeditedRseq, [options], isUndefined],
  ['privateExpedited', membarrier.privateExpedited, [anything], isUndefined],
  ['privateExpeditedSyncCore', membarrier.privateExpeditedSyncCore, [anything], isUndefined],
  ['globalExpedited', membarrier.globalExpedited, [anything], isUndefined],
  ['kernelRegistrations', membarrier.kernelRegistrations, [anything], (value: unknown) => value instanceof Set],
  ['an RSEQ Barrier', membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ'), [options], isUndefined],
  ['another Barrier', membarrier.registerSync('GLOBAL_EXPEDITED'), [anything], isUndefined],
  ['query', membarrier.query, [anything], (value: unknown) => typeof value === 'object'],
  ['raw', membarrier.raw, [number, number, number], isInt32],
] as [string, Any, fc.Arbitrary<unknown>[], (value: unknown) => boolean][]) {
  t.test(`${name}()`, async (t) => {
    const property = fc.asyncProperty(fc.tuple(...values), (values) => behaves(call, values, result));
    const { failed, counterexample, numRuns } = await fc.check(property, { numRuns: 1000 });
    t.notOk(failed, `${numRuns} runs`, { counterexample: fc.stringify(counterexample) });
  });
}

t.test('afterwards all is as it should be', async (t) => {
  const held = ['PRIVATE_EXPEDITED', 'GLOBAL_EXPEDITED'] as const;
  for (const command of held) t.doesNotThrow(() => membarrier.registerSync(command)());
});
