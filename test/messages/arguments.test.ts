/** Bad arguments: the message names the argument, what it must be, and what it was. */
import { runInNewContext } from 'node:vm';
import { membarrier } from 'node-membarrier';
import { SharedMap } from 'node-membarrier/collections';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { checkMessage, refusalOf } from '../support/messages.js';

const fence = AsymmetricFence.createSync();
const domain = RcuDomain.createSync();
const shared = new Int32Array(new SharedArrayBuffer(20));

t.test('what was received is named by its class', async (t) => {
  class Route {
    readonly host = 'a';
  }
  class Nameless extends Route {}
  Object.defineProperty(Nameless, 'name', { value: '' });
  const trapped = new Proxy({}, { getPrototypeOf: () => t.fail('a trap has run') as never });
  for (const [value, shown] of [
    [Promise.resolve(1), 'an instance of Promise'],
    [new Route(), 'an instance of Route'],
    [new Nameless(), 'an object'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [[], 'an instance of Array'],
    [runInNewContext('new Map()'), 'an instance of Map'],
    [new Uint32Array(1), 'an instance of Uint32Array on an ArrayBuffer'],
    [new Int32Array(1), 'an instance of Int32Array on an ArrayBuffer'],
    [new Uint32Array(new SharedArrayBuffer(4)), 'an instance of Uint32Array on a SharedArrayBuffer'],
    [new DataView(new ArrayBuffer(1)), 'an instance of DataView'],
    [trapped, 'a Proxy'],
    [() => 1, 'a function'],
    [null, 'null'],
    [undefined, 'undefined'],
    [5n, '5n'],
    [-0, '-0'],
    ['x'.repeat(200), `"${'x'.repeat(100)}..."`],
  ] as const) {
    const refusal = await refusalOf(() => new BiasedLock(fence, value as never));
    t.equal(refusal.message, `The argument "view" must be an Int32Array on a SharedArrayBuffer. Received ${shown}`);
  }
});

t.test('a class that hides its name, or whose getters throw', async (t) => {
  const hostile = Object.create({
    get constructor(): never {
      throw new Error('a getter has run');
    },
  });
  const { message } = await refusalOf(() => new BiasedLock(fence, hostile));
  t.match(message, /Received an object$/);
  const view = Object.defineProperty(new Uint8Array(1), 'buffer', { get: () => t.fail('a getter has run') });
  const ofView = await refusalOf(() => new BiasedLock(fence, view as never));
  t.match(ofView.message, /Received an instance of Uint8Array on an ArrayBuffer$/);
});

t.test('options that do not exist', async (t) => {
  const name = 'TypeError';
  const code = 'ERR_INVALID_ARG_VALUE';
  for (const [act, message] of [
    [() => RcuDomain.create({ maxreaders: 1 } as never), 'There is no option "maxreaders". Did you mean "maxReaders"?'],
    [
      () => RcuDomain.createSync({ readers: 1 } as never),
      'There is no option "readers". The options are: flavor, debug, maxReaders, stallTimeout, bytes',
    ],
    [() => domain.registerReader({ Name: 'a' } as never), 'There is no option "Name". Did you mean "name"?'],
    [() => domain.synchronize({ Signal: 1 } as never), 'There is no option "Signal". Did you mean "signal"?'],
    [
      () => AsymmetricFence.create({ fallBack: 'error' } as never),
      'There is no option "fallBack". Did you mean "fallback"?',
    ],
    [() => SharedMap.create({ maxbytes: 1 } as never), 'There is no option "maxbytes". Did you mean "maxBytes"?'],
    [
      () => SharedMap.createSync({ ttl: 1 } as never),
      'There is no option "ttl". The options are: codec, near, freeze, maxBytes, maxThreads, flavor, debug',
    ],
  ] as const) {
    t.strictSame(await refusalOf(act), { name, code, message });
  }
  const map = SharedMap.createSync();
  t.equal(SharedMap.attach(map.handle, { maxBytes: 2 ** 20 } as never), map, 'one object may serve create and attach');
});

t.test('an AbortSignal in the place of the options', async (t) => {
  await checkMessage(
    t,
    () => domain.synchronize(AbortSignal.abort() as never),
    'TypeError',
    'ERR_INVALID_ARG_TYPE',
    'The argument "options" must be an object with the signal in it, { signal }. Received an instance of AbortSignal',
  );
});

t.test('the words of a lock', async (t) => {
  await checkMessage(
    t,
    () => new BiasedLock(fence, new Int32Array(new SharedArrayBuffer(8))),
    'RangeError',
    'ERR_OUT_OF_RANGE',
    'The argument "view" must be at least 4 words long. Received a view of 2 words',
  );
  await checkMessage(
    t,
    () => new BiasedLock(fence, shared, 2),
    'RangeError',
    'ERR_OUT_OF_RANGE',
    'The argument "index" must be an integer from 0 to 1, since the lock takes 4 words from there. Received 2',
  );
  await checkMessage(
    t,
    () => new BiasedLock({} as never, shared),
    'TypeError',
    'ERR_INVALID_ARG_TYPE',
    'The argument "fence" must be the result of AsymmetricFence.create() of this copy of node-membarrier. Received ' +
      'an object',
  );
});

t.test('the CPU of an RSEQ barrier', async (t) => {
  const hostile = {
    get cpu(): number {
      throw new Error('mine');
    },
  };
  await checkMessage(
    t,
    () => membarrier.privateExpeditedRseq(hostile),
    'TypeError',
    'ERR_INVALID_ARG_TYPE',
    'Reading the property "options.cpu" threw an error (see the cause). Pass a plain object',
  );
});
