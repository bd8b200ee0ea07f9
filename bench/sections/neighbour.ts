/**
 * What a barrier pays for those of another process: expedited barriers take a lock that the whole system shares (since
 * Linux 6.8), so one process can make another wait.
 */
import { inJavaScript } from '../measure/barriers.js';
import { contest } from '../measure/contest.js';
import { measuringBeside } from '../measure/counted.js';
import { startOtherProcess } from '../measure/other-process.js';

const title = 'a barrier beside another process on the other CPU';
await measuringBeside(title, async (cpu) => {
  // For longer than the other process takes to wake up.
  const sample = inJavaScript('PRIVATE_EXPEDITED', 100_000);
  const runs = await startOtherProcess(cpu, 'runs');
  const issues = await startOtherProcess(cpu, 'issues barriers');
  contest({
    id: 'neighbour',
    title,
    contenders: {
      runs: { label: 'one that only runs', sample: () => runs.during(sample) },
      issues: { label: 'one that issues barriers', sample: () => issues.during(sample), to: ['runs'] },
    },
    rounds: 300,
    warmUp: 3,
    notes: ['PRIVATE_EXPEDITED, no running sibling; the other process has none either'],
  });
  await Promise.all([runs.stop(), issues.stop()]);
});
