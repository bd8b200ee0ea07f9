/** QUERY, isSupported() and what they promise of the commands. */
import { Command, type CommandName, membarrier } from 'node-membarrier';
import t from 'tap';
import { freshRaw } from '../support/process/fresh.js';
import { answerOf, EINVAL, everyCommand } from '../support/process/kernel.js';

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

t.test('SYNC_CORE cannot be had by a flag of PRIVATE_EXPEDITED, nor of its registration', async (t) => {
  const flags = Array.from({ length: 32 }, (_, bit) => 1 << bit);
  const { PRIVATE_EXPEDITED, REGISTER_PRIVATE_EXPEDITED, GET_REGISTRATIONS } = Command;
  const barriers = everyCommand
    .filter((command) => command.startsWith('PRIVATE_EXPEDITED'))
    .map((name) => [Command[name]]);
  const refused = flags.map(() => EINVAL);

  const unregistered = await freshRaw([
    ...flags.map((flag) => [REGISTER_PRIVATE_EXPEDITED, flag]),
    ...flags.map((flag) => [PRIVATE_EXPEDITED, flag]),
    [GET_REGISTRATIONS],
    ...barriers,
  ]);
  t.strictSame(unregistered.splice(0, 2 * flags.length), [...refused, ...refused], 'every single flag is refused');
  t.equal(unregistered.shift(), answerOf('GET_REGISTRATIONS', 0), 'and nothing is registered');
  t.notOk(unregistered.includes(0), 'so that no barrier may be issued');

  const registered = await freshRaw([
    [REGISTER_PRIVATE_EXPEDITED],
    ...flags.map((flag) => [REGISTER_PRIVATE_EXPEDITED, flag]),
    ...flags.map((flag) => [PRIVATE_EXPEDITED, flag]),
    [GET_REGISTRATIONS],
  ]);
  t.strictSame(
    registered.splice(0, 1 + 2 * flags.length),
    [0, ...refused, ...refused],
    'nor has a registered process flags',
  );
  t.equal(registered.shift(), answerOf('GET_REGISTRATIONS', REGISTER_PRIVATE_EXPEDITED));
});
