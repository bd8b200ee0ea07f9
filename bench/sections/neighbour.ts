/**
 * What a barrier pays for those of another process: expedited barriers take a lock that the whole system shares (since
 * Linux 6.8), so one process can make another wait.
 */
import { membarrier } from 'node-membarrier';
import { measuringBeside } from '../measure/counted.js';
import { startOtherProcess } from '../measure/other-process.js';
import { reportRows, row } from '../measure/report.js';
import { interleave, nanosecondsEach, paired, ratio } from '../measure/samples.js';

const title = 'a barrier, beside another process on the other CPU';
await measuringBeside(title, measure);

async function measure(cpu: number): Promise<void> {
  const barrier = membarrier.registerSync('PRIVATE_EXPEDITED');
  const runs = await startOtherProcess(cpu, 'runs');
  const issues = await startOtherProcess(cpu, 'issues barriers');
  // For longer than the other process takes to wake up.
  const calls = 100_000;
  const sample = () =>
    nanosecondsEach(calls, (calls) => {
      for (let i = 0; i < calls; i++) barrier();
    });
  runs.during(sample);
  issues.during(sample);
  const { samples } = interleave({ runs: () => runs.during(sample), issues: () => issues.during(sample) }, 300, 2);
  await Promise.all([runs.stop(), issues.stop()]);
  reportRows(
    title,
    [
      row('which does nothing but run', 'ns', samples.runs),
      row('which issues barriers all the time', 'ns', samples.issues),
      row('  to one that only runs', 'times', paired(samples.issues, samples.runs, ratio)),
    ],
    'PRIVATE_EXPEDITED, no running sibling; the other process has none either',
  );
}
