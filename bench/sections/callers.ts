/**
 * Whether the barriers that need no registration cost their caller more if it has registered: in rounds of fresh
 * processes. The kernel looks at the processes that are reached, not at the caller, and there are none here.
 */
import { membarrier } from 'node-membarrier';
import { compareAll, type Pairs, pairsNeeded } from '../measure/comparison.js';
import { byEffort } from '../measure/effort.js';
import { inFreshProcess, takeArms } from '../measure/fresh.js';
import { measuring, reportComparison } from '../measure/report.js';
import { difference, paired } from '../measure/samples.js';

const title = 'a caller that has registered';
const commands = (['GLOBAL_EXPEDITED', 'GLOBAL'] as const).filter((command) => membarrier.isSupported(command));
const units = { GLOBAL_EXPEDITED: 'ns', GLOBAL: 'ms' } as const;
const arm = (registers: boolean) => () => inFreshProcess('caller', registers);

await measuring(title, () => {
  const [first] = commands;
  if (first === undefined) throw new Error('this kernel has neither GLOBAL nor GLOBAL_EXPEDITED, or they are denied');
  const arms = { base: arm(false), registered: arm(true), again: arm(false) };
  const found = takeArms(arms, byEffort(8, 60), pairsNeeded(commands.length + 1));
  const compare = (id: string, label: string, arm: keyof typeof arms, command: keyof typeof units): Pairs => {
    const [base, own] = [found.base.map((all) => all[command]), found[arm].map((all) => all[command])];
    return { id, label, unit: units[command], base, differences: paired(own, base, difference) };
  };
  const control = {
    ...compare('again', 'control: once more', 'again', first),
    control: 'no difference found',
  } as const;
  const rows = commands.map((command) => compare(command, command, 'registered', command));
  const notes = ['raw(), more than in a process that has registered nothing; no running sibling'];
  reportComparison({ id: 'callers', title, notes }, compareAll([control, ...rows]));
});
