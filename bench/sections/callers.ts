/**
 * Whether the barriers that need no registration cost their caller more if it has registered: in rounds of fresh
 * processes. The kernel looks at the processes that are reached, not at who calls, and there are none here.
 */
import { membarrier } from 'node-membarrier';
import { compareAll, type Pairs, pairsNeeded } from '../measure/comparison.js';
import { byEffort } from '../measure/effort.js';
import { takeArms } from '../measure/fresh.js';
import { measuring, reportTable } from '../measure/report.js';
import { difference, paired } from '../measure/samples.js';
import type { Caller } from './callers-child.js';

const what = 'a caller that has registered';
const commands = (['GLOBAL_EXPEDITED', 'GLOBAL'] as const).filter((command) => membarrier.isSupported(command));
const units = { GLOBAL_EXPEDITED: 'ns', GLOBAL: 'ms' } as const;

await measuring(what, () => {
  const [first] = commands;
  if (first === undefined)
    throw new Error('this kernel has neither GLOBAL nor GLOBAL_EXPEDITED, or something denies them');
  const arms = { unregistered: 'unregistered', registered: 'registered', again: 'unregistered' };
  const found = takeArms<keyof typeof arms, Caller>(
    'callers-child',
    arms,
    byEffort(8, 60),
    pairsNeeded(commands.length + 1),
  );
  const compare = (path: string, arm: keyof typeof arms, command: keyof Caller): Pairs => {
    const base = found.unregistered.map((caller) => caller[command]);
    const own = found[arm].map((caller) => caller[command]);
    return { path: [path], unit: units[command], base, differences: paired(own, base, difference) };
  };
  const control = compare('control: not registered, once more', 'again', first);
  const rows = commands.map((command) => compare(command, 'registered', command));
  reportTable({
    kind: 'comparison',
    title: what,
    rows: compareAll([{ ...control, control: 'no difference found' }, ...rows]),
    notes: ['a call of raw(), more than in a process that has registered nothing; no running sibling'],
  });
});
