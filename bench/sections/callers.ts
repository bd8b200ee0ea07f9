/**
 * Whether the barriers that need no registration cost their caller more if it has registered: in pairs of fresh processes. The
 * kernel looks at the processes that are reached, not at who calls, and there are none here.
 */
import { membarrier } from 'node-membarrier';
import { compareAll, type Pairs, pairsNeeded } from '../support/comparison.js';
import { byEffort } from '../support/effort.js';
import { inFreshProcess } from '../support/fresh.js';
import { measuring, reportTable } from '../support/report.js';
import { difference, paired } from '../support/samples.js';
import type { Caller } from './callers-child.js';

const what = 'a caller that has registered';
const commands = (['GLOBAL_EXPEDITED', 'GLOBAL'] as const).filter((command) => membarrier.isSupported(command));

await measuring(what, () => {
  if (commands.length === 0)
    throw new Error('this kernel has neither GLOBAL nor GLOBAL_EXPEDITED, or something denies them');
  const pairs = Array.from({ length: Math.max(byEffort(8, 60), pairsNeeded(commands.length + 1)) }, (_, i) =>
    takePair(i),
  );
  const of = (arm: 'registered' | 'unregistered' | 'again', command: keyof Caller) =>
    pairs.map((pair) => pair[arm][command]);
  const rows = commands.map((command): Pairs => {
    const base = of('unregistered', command);
    const unit = command === 'GLOBAL' ? 'ms' : 'ns';
    return { path: [command], unit, base, differences: paired(of('registered', command), base, difference) };
  });
  const base = of('unregistered', commands[0] as keyof Caller);
  const again = of('again', commands[0] as keyof Caller);
  const control: Pairs = {
    path: ['control: not registered, once more'],
    unit: commands[0] === 'GLOBAL' ? 'ms' : 'ns',
    base,
    differences: paired(again, base, difference),
    control: 'no difference found',
  };
  reportTable({
    kind: 'comparison',
    title: what,
    rows: compareAll([control, ...rows]),
    notes: ['a call of raw(), more than in a process that has registered nothing; no running sibling'],
  });
});

/** Each arm comes first as often as the others. */
function takePair(turn: number): Record<'registered' | 'unregistered' | 'again', Caller> {
  const arms = ['unregistered', 'registered', 'again'] as const;
  const order = arms.map((_, i) => arms[(i + turn) % arms.length] as (typeof arms)[number]);
  return Object.fromEntries(order.map((arm) => [arm, inFreshProcess<Caller>('callers-child', arm)])) as Record<
    (typeof arms)[number],
    Caller
  >;
}
