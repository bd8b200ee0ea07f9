/**
 * How many system calls 16 waits at once take, as the kernel counts them. By itself, since it counts all interrupts of
 * its kind and pins its thread; and not under a sanitizer, which causes others.
 */
import { setImmediate } from 'node:timers/promises';
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { harness } from '../../harness/index.js';
import { functionCallInterrupts } from '../../harness/interrupts.js';
import { startSibling } from '../../harness/sibling.js';
import { sleepForever } from '../support/rcu/words.js';

const sixteen = <T>(call: () => T): T[] => Array.from({ length: 16 }, call);

const [here, there] = harness.affinity() as [number, number?];
const skip =
  there === undefined
    ? 'this process may use one CPU only'
    : functionCallInterrupts() === undefined && 'this kernel does not show these interrupts';

/**
 * Between two that were interrupted as often as 16 grace periods in turn have barriers, so that the sibling ran
 * throughout.
 */
function whileItRan(bursts: readonly { readonly inTurn: number; readonly atOnce: number }[]): number[] {
  return bursts.flatMap(({ inTurn, atOnce }, i) =>
    inTurn >= 32 && (bursts[i + 1]?.inTurn ?? 0) >= 32 ? [atOnce] : [],
  );
}

t.test('16 at once are four system calls at most: a sibling counts, whom each interrupts', { skip }, async (t) => {
  const domain = RcuDomain.createSync();
  sleepForever(domain);
  harness.pin(here);
  const sibling = await startSibling('busy', there);
  const interrupts = () => functionCallInterrupts()?.get(there as number) ?? 0;
  const bursts: { inTurn: number; atOnce: number }[] = [];
  while (whileItRan(bursts).length < 15 && bursts.length < 1000) {
    const before = interrupts();
    for (let i = 0; i < 16; i++) await domain.synchronize();
    const between = interrupts();
    await Promise.all(sixteen(() => domain.synchronize()));
    bursts.push({ inTurn: between - before, atOnce: interrupts() - between });
    await setImmediate();
  }
  await sibling.stop();
  const found = whileItRan(bursts).sort((a, b) => a - b);
  t.comment(`${found.join()} of ${bursts.length}`);
  if (found.length < 15) return t.comment('inconclusive: the sibling was hardly ever running');
  return t.ok((found[7] as number) <= 4, `a median of ${found[7]}`);
});
