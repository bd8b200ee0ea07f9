/** Bad arguments: refused with a code, the offending value named, before anything has an effect. */
import { membarrier } from 'node-membarrier';
import t, { type Test } from 'tap';

type Call = (value: never) => unknown;

interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly message?: string | RegExp;
}

const wrongType = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const outOfRange = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };
const trap = {
  valueOf: () => t.fail('valueOf() was called'),
  toString: () => t.fail('toString() was called'),
  [Symbol.toPrimitive]: () => t.fail('Symbol.toPrimitive was called'),
};

/** The names that a method takes, and the values that it refuses with the words that must name them. */
const notStrings: [unknown, string][] = [
  [undefined, 'undefined'],
  [null, 'null'],
  [8, '8'],
  [8n, '8n'],
  [true, 'true'],
  [Symbol('QUERY'), 'Symbol(QUERY)'],
  [['QUERY'], 'an instance of Array'],
  [trap, 'an object'],
  [() => 'QUERY', 'a function'],
  [10n ** 200n, `1${'0'.repeat(99)}...n`],
  [Symbol('x'.repeat(200)), `Symbol(${'x'.repeat(93)}...`],
];
const notCommands: [string, string][] = [
  ['', '""'],
  ['privateExpedited', '"privateExpedited"'],
  ['MEMBARRIER_CMD_PRIVATE_EXPEDITED', '"MEMBARRIER_CMD_PRIVATE_EXPEDITED"'],
  ['toString', '"toString"'],
  ['__proto__', '"__proto__"'],
  ['x'.repeat(1000), `"${'x'.repeat(100)}..."`],
];

for (const method of ['register', 'registerSync', 'isRegistered', 'attempt'] as const) {
  t.test(`the command of ${method}()`, async (t) => {
    const call = membarrier[method] as Call;
    for (const [value, named] of notStrings) {
      await refused(t, call, value, {
        ...wrongType,
        message: `The argument "command" must be a string, the name of a command. Received ${named}`,
      });
    }
    for (const [value, named] of [...notCommands, ['GLOBAL', '"GLOBAL"']]) {
      await refused(t, call, value, {
        ...outOfRange,
        message: new RegExp(`"command" must be one of [A-Z_, ]+( \\(GLOBAL waits.*\\))?\\. Received ${named}`),
      });
    }
  });
}

t.test('the commands that cannot be registered', async (t) => {
  for (const command of ['QUERY', 'GLOBAL', 'GET_REGISTRATIONS', 'REGISTER_PRIVATE_EXPEDITED']) {
    await refused(t, membarrier.register, command, outOfRange);
  }
});

t.test('the words of raw()', async (t) => {
  for (const [position, name] of ['cmd', 'flags', 'cpuId'].entries()) {
    const call = ((value: unknown) => {
      const words: unknown[] = [0, 0, 0];
      words[position] = value;
      return (membarrier.raw as (...words: unknown[]) => number)(...words);
    }) as Call;
    for (const [value, named] of [
      [null, 'null'],
      ['8', '"8"'],
      [8n, '8n'],
      [true, 'true'],
      [trap, 'an object'],
      [[8], 'an instance of Array'],
    ] as [unknown, string][]) {
      await refused(t, call, value, {
        ...wrongType,
        message: `The argument "${name}" must be a number. Received ${named}`,
      });
    }
    for (const [value, named] of [
      [Number.NaN, 'NaN'],
      [-0, '-0'],
      [0.5, '0.5'],
      [2 ** 31, '2147483648'],
      [-(2 ** 31) - 1, '-2147483649'],
      [2 ** 32, '4294967296'],
      [Number.POSITIVE_INFINITY, 'Infinity'],
      [Number.MIN_VALUE, '5e-324'],
    ]) {
      const message = `The argument "${name}" must be an integer from -2147483648 to 2147483647. Received ${named}`;
      await refused(t, call, value, { ...outOfRange, message });
    }
  }
  await refused(t, membarrier.raw, undefined, {
    ...wrongType,
    message: /"cmd" must be a number. Received undefined/,
  });
});

t.test('the options of RSEQ', async (t) => {
  for (const call of [
    membarrier.privateExpeditedRseq,
    (options: never) => membarrier.attempt('PRIVATE_EXPEDITED_RSEQ', options),
  ] as Call[]) {
    for (const value of [null, 0, '0', true, 0n, Symbol('cpu'), [], [0], () => 0]) {
      await refused(t, call, value, { ...wrongType, message: /"options" must be an object or undefined\. Received / });
    }
    for (const cpu of [null, '0', 0n, true, trap, [0], () => 0]) {
      await refused(
        t,
        call,
        { cpu },
        { ...wrongType, message: /"options\.cpu" must be a number or undefined\. Received / },
      );
    }
    for (const cpu of [Number.NaN, -0, 0.5, -1, 2 ** 31, 2 ** 32, 2 ** 31 - 1]) {
      await refused(
        t,
        call,
        { cpu },
        { ...outOfRange, message: /a CPU of this machine, an integer from 0 to \d+\. Received / },
      );
    }
  }
});

t.test('options that cannot be read', async (t) => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const getter = Object.defineProperty({}, 'cpu', {
    get: () => membarrier.registerSync('QUERY' as 'PRIVATE_EXPEDITED'),
  });
  for (const options of [proxy, getter]) {
    for (const call of [
      membarrier.privateExpeditedRseq,
      (value: never) => membarrier.attempt('PRIVATE_EXPEDITED_RSEQ', value),
    ]) {
      await refused(t, call, options, { ...wrongType, message: /Reading the property "options.cpu" threw an error/ });
    }
  }
});

t.test('a CPU for a command that takes none', async (t) => {
  const call = ((value: unknown) => (membarrier.attempt as (...words: unknown[]) => unknown)('QUERY', value)) as Call;
  await refused(t, call, { cpu: 0 }, { ...wrongType, message: /only PRIVATE_EXPEDITED_RSEQ takes a CPU.*Received 0/ });
  await refused(t, call, 'cpu', wrongType);
  t.match(call({} as never), { ok: true });
});

/** Thrown, or what the promise rejects with. */
async function refused(t: Test, call: Call, value: unknown, expected: Refusal): Promise<void> {
  await t.rejects(async () => call(value as never), expected);
}
