/**
 * How long synchronize() holds up the event loop while a reader stays in its section for 100 ms, running on the other
 * CPU: beside the same section, and an event loop that does not wait for it.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { here, there } from '../measure/counted.js';
import { byEffort } from '../measure/effort.js';
import { delaysDuring } from '../measure/event-loop.js';
import { DATA_BYTES } from '../measure/read-sides.js';
import { startReaderThread } from '../measure/reader-thread.js';
import { reportRows, row } from '../measure/report.js';
import { difference, paired, summarize } from '../measure/samples.js';

const SECTION = 100;
const ROUNDS = byEffort(5, 20);

AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
const reader = await startReaderThread(domain, 'object', there ?? here);

const idle: number[][] = [];
const meanwhile: number[][] = [];
const total: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  idle.push(await delaysWhileHeld(() => new Promise((resolve) => setTimeout(resolve, SECTION))));
  meanwhile.push(
    await delaysWhileHeld(async () => {
      const start = performance.now();
      await domain.synchronize();
      total.push(performance.now() - start);
    }),
  );
}
await reader.end();

const control = summarize(idle.flat()).p99;
const more = meanwhile.flat().map((delay) => delay - control);
const longest = (rounds: number[][]) => rounds.map((delays) => Math.max(...delays));
reportRows('synchronize(), a section of 100 ms', [
  row('until the promise is settled', 'ms', total),
  row('delay of the event loop, idle', 'ms', idle.flat()),
  row('delay of the event loop meanwhile', 'ms', meanwhile.flat()),
  { ...row('  more than the idle p99', 'ms', more), limit: ['p99', 1] },
  row('the longest delay of each section, idle', 'ms', longest(idle)),
  row('the longest delay of each section, meanwhile', 'ms', longest(meanwhile)),
  row('  more than idle', 'ms', paired(longest(meanwhile), longest(idle), difference), 1),
]);

async function delaysWhileHeld(wait: () => Promise<void>): Promise<number[]> {
  reader.hold(SECTION);
  // The event loop is watched already when `wait` is called, so that a call which blocks is seen to.
  const delays = await delaysDuring(new Promise((resolve) => setTimeout(resolve, 5)).then(wait));
  // Blocks this thread if the reader takes longer: not one of the delays.
  reader.released();
  return delays;
}
