/**
 * How long synchronize() holds up the event loop while a reader stays in its section for 100 ms, running on the other
 * CPU: beside the same section, and an event loop that does not wait for it.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { here, there } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { delayRows, delaysDuring, timeCall } from '../measure/event-loop.js';
import { DATA_BYTES } from '../measure/read-sides.js';
import { Activity, startReaderThread } from '../measure/reader-thread.js';
import { reportSamples, row } from '../measure/report.js';
import { excess, paired } from '../measure/samples.js';

const SECTION = 100;

AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
const reader = await startReaderThread(domain, 'object', there ?? here);

const idle: number[][] = [];
const meanwhile: number[][] = [];
const total: number[] = [];
for (let round = 0; round < byEffort(5, 20); round++) {
  idle.push(await delaysWhileHeld(() => new Promise((resolve) => setTimeout(resolve, SECTION))));
  meanwhile.push(await delaysWhileHeld(async () => total.push(await timeCall(() => domain.synchronize()))));
}
await reader.end();

const longestOf = (rounds: number[][]) => rounds.map((delays) => Math.max(...delays));
const [longestIdle, longest] = [longestOf(idle), longestOf(meanwhile)];
const more = row('more', 'above idle', 'ms', paired(longest, longestIdle, excess));
reportSamples({ id: 'event-loop', title: 'synchronize(), a section of 100 ms' }, [
  ...row('total', 'until the promise is settled', 'ms', total),
  ...delayRows(idle.flat(), meanwhile.flat()),
  ...row('longest-idle', 'longest delay of each section, idle', 'ms', longestIdle),
  ...row('longest', 'longest delay of each section, meanwhile', 'ms', longest, ...more),
]);

async function delaysWhileHeld(wait: () => Promise<unknown>): Promise<number[]> {
  reader.begin(Activity.HOLD, SECTION);
  // The event loop is watched already when `wait` is called, so that a call which blocks is seen to.
  const delays = await delaysDuring(new Promise((resolve) => setTimeout(resolve, 5)).then(wait));
  // Blocks this thread if the reader takes longer: not one of the delays.
  reader.finish();
  return delays;
}
