/**
 * The cases of the kernel's own selftests (tools/testing/selftests/membarrier), through the addon: single-threaded, in
 * a forked child; and in Node.js with its threads, alone, with a parked and with a busy sibling.
 */
import { Command } from 'node-membarrier';
import t from 'tap';
import { type Answer, harness } from '../../harness/index.js';
import type { SiblingState } from '../../harness/sibling.js';
import { freshRaw } from '../support/process/fresh.js';
import { answerOf, EINVAL, EPERM, has } from '../support/process/kernel.js';

const C = Command;

/** Upstream issues PRIVATE_EXPEDITED where it means SYNC_CORE; here it is SYNC_CORE. */
const cases: readonly (readonly [name: string, words: readonly [number, number, number], expected: number])[] = [
  ['no such command', [-1, 0, 0], EINVAL],
  ['QUERY with flags', [C.QUERY, 1, 0], EINVAL],
  ['PRIVATE_EXPEDITED unregistered', [C.PRIVATE_EXPEDITED, 0, 0], EPERM],
  ['SYNC_CORE unregistered', [C.PRIVATE_EXPEDITED_SYNC_CORE, 0, 0], answerOf('PRIVATE_EXPEDITED_SYNC_CORE', EPERM)],
  ['GLOBAL', [C.GLOBAL, 0, 0], answerOf('GLOBAL', 0)],
  ['register PRIVATE_EXPEDITED', [C.REGISTER_PRIVATE_EXPEDITED, 0, 0], 0],
  ['registrations', [C.GET_REGISTRATIONS, 0, 0], registrations(C.REGISTER_PRIVATE_EXPEDITED)],
  ['PRIVATE_EXPEDITED', [C.PRIVATE_EXPEDITED, 0, 0], 0],
  ['register SYNC_CORE', [C.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0], answerOf('PRIVATE_EXPEDITED_SYNC_CORE', 0)],
  [
    'registrations, accumulated',
    [C.GET_REGISTRATIONS, 0, 0],
    registrations(C.REGISTER_PRIVATE_EXPEDITED, C.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE),
  ],
  ['SYNC_CORE', [C.PRIVATE_EXPEDITED_SYNC_CORE, 0, 0], answerOf('PRIVATE_EXPEDITED_SYNC_CORE', 0)],
  ['GLOBAL_EXPEDITED unregistered', [C.GLOBAL_EXPEDITED, 0, 0], 0],
  ['register GLOBAL_EXPEDITED', [C.REGISTER_GLOBAL_EXPEDITED, 0, 0], 0],
  [
    'registrations, all accumulated',
    [C.GET_REGISTRATIONS, 0, 0],
    registrations(C.REGISTER_PRIVATE_EXPEDITED, C.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, C.REGISTER_GLOBAL_EXPEDITED),
  ],
  ['GLOBAL_EXPEDITED', [C.GLOBAL_EXPEDITED, 0, 0], 0],
];

const words = cases.map(([, words]) => words);
const expected = Object.fromEntries(cases.map(([name, , answer]) => [name, answer]));

for (const siblings of [[], ['parked'], ['busy']] satisfies SiblingState[][]) {
  t.test(`in Node.js, siblings: ${siblings[0] ?? 'none'}`, async (t) => {
    const [query, ...answers] = await freshRaw([[C.QUERY], ...words], { siblings });
    t.ok((query as number) > 0, 'QUERY');
    t.strictSame(named(answers), expected);
  });
}

t.test('single-threaded', async (t) => {
  const none = [C.GET_REGISTRATIONS, 0, 0] as const;
  const found = harness.callInFork([[C.QUERY, 0, 0], none, ...words]) as Answer[];
  const answers = found.map(({ answer }) => answer);
  t.ok((answers[0] as number) > 0, 'QUERY');
  t.equal(answers[1], registrations(), 'nothing is registered at first');
  t.strictSame(named(answers.slice(2)), expected);
});

function registrations(...registered: number[]): number {
  if (!has('GET_REGISTRATIONS')) return EINVAL;
  const supported = registered.filter(
    (bit) => bit !== C.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE || has('PRIVATE_EXPEDITED_SYNC_CORE'),
  );
  return supported.reduce((sum, bit) => sum | bit, 0);
}

function named(answers: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(cases.map(([name], i) => [name, answers[i]]));
}
