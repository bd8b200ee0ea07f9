/** QUERY, isSupported() and what they promise of the commands. */
import { Command, type CommandName, membarrier } from 'node-membarrier';
import t from 'tap';
import { fresh, freshRaw } from './support/fresh.js';
import { EINVAL, everyCommand, unless } from './support/kernel.js';

t.test('a command is in QUERY exactly where its call does not answer EINVAL', async (t) => {
  const { mask, commands } = membarrier.query();
  for (const command of everyCommand.filter((name) => name !== 'QUERY')) {
    const [answer] = await freshRaw([[Command[command]]]);
    t.equal((mask & Command[command]) !== 0, answer !== EINVAL, `${command} answers ${String(answer)}`);
    t.equal(commands.has(command), answer !== EINVAL);
    t.equal(membarrier.isSupported(command), answer !== EINVAL);
  }
});

t.test('query() answers the mask of the kernel, and its commands', async (t) => {
  const { mask, commands } = membarrier.query();
  t.equal(mask, membarrier.raw(Command.QUERY));
  t.ok(commands.has('QUERY'));
  t.equal(
    [...commands].reduce((sum, command) => sum | Command[command], 0),
    mask & ((Command.GET_REGISTRATIONS << 1) - 1),
  );
});

t.test('isSupported()', async (t) => {
  t.equal(membarrier.isSupported(), true, 'membarrier(2) itself');
  t.equal(membarrier.isSupported('QUERY'), true);
  for (const bad of ['NO_SUCH_COMMAND', 'toString', '', 8, null, {}, Symbol('QUERY')]) {
    t.equal(membarrier.isSupported(bad as CommandName), false, 'what is no command is not supported');
  }
});

t.test(
  'SYNC_CORE cannot be had by a flag of PRIVATE_EXPEDITED',
  { skip: unless('PRIVATE_EXPEDITED_SYNC_CORE') },
  async (t) => {
    const [registered, ...answers] = await fresh([
      ['registerSync', 'PRIVATE_EXPEDITED'],
      ...Array.from({ length: 31 }, (_, bit) => ['raw', Command.PRIVATE_EXPEDITED, 1 << bit] as const),
    ]);
    t.ok(registered?.value);
    t.ok(
      answers.every(({ value }) => value === EINVAL),
      'every single flag is refused',
    );
  },
);
