/**
 * The cases of the Linux Test Project's membarrier01, each in a fresh process of its own, since nothing unregisters:
 * alone, with a parked and with a busy sibling.
 */
import { Command } from 'node-membarrier';
import t from 'tap';
import type { SiblingState } from '../../harness/sibling.js';
import { freshRaw } from '../support/process/fresh.js';
import { answerOf, EINVAL, EPERM } from '../support/process/kernel.js';

const C = Command;
const syncCore = (expected: number) => answerOf('PRIVATE_EXPEDITED_SYNC_CORE', expected);

const cases: readonly (readonly [name: string, calls: readonly (readonly number[])[], answers: readonly number[]])[] = [
  ['no such command', [[-1]], [EINVAL]],
  ['flags that the command has not', [[C.QUERY, 1]], [EINVAL]],
  ['GLOBAL', [[C.GLOBAL]], [answerOf('GLOBAL', 0)]],
  ['PRIVATE_EXPEDITED unregistered', [[C.PRIVATE_EXPEDITED]], [EPERM]],
  ['register PRIVATE_EXPEDITED', [[C.REGISTER_PRIVATE_EXPEDITED]], [0]],
  ['PRIVATE_EXPEDITED registered', [[C.REGISTER_PRIVATE_EXPEDITED], [C.PRIVATE_EXPEDITED]], [0, 0]],
  ['SYNC_CORE unregistered', [[C.PRIVATE_EXPEDITED_SYNC_CORE]], [syncCore(EPERM)]],
  ['register SYNC_CORE', [[C.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE]], [syncCore(0)]],
  [
    'SYNC_CORE registered',
    [[C.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE], [C.PRIVATE_EXPEDITED_SYNC_CORE]],
    [syncCore(0), syncCore(0)],
  ],
  ['GLOBAL_EXPEDITED unregistered', [[C.GLOBAL_EXPEDITED]], [0]],
  ['register GLOBAL_EXPEDITED', [[C.REGISTER_GLOBAL_EXPEDITED]], [0]],
  ['GLOBAL_EXPEDITED registered', [[C.REGISTER_GLOBAL_EXPEDITED], [C.GLOBAL_EXPEDITED]], [0, 0]],
];

for (const siblings of [[], ['parked'], ['busy']] satisfies SiblingState[][]) {
  t.test(`siblings: ${siblings[0] ?? 'none'}`, async (t) => {
    for (const [name, calls, answers] of cases) t.strictSame(await freshRaw(calls, { siblings }), answers, name);
  });
}
