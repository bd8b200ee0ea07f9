/**
 * How long synchronize() holds up the event loop while a reader stays in its section for 100 ms, running on the other CPU: beside
 * the same section, and an event loop that does not wait for it.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { here, there } from './support/counted.js';
import { delaysDuring } from './support/event-loop.js';
import { DATA_BYTES } from './support/read-sides.js';
import { startReaderThread } from './support/reader-thread.js';
import { printRows, row } from './support/report.js';
import { summarize } from './support/samples.js';

const SECTION = 100;
const ROUNDS = 20;

AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
const reader = await startReaderThread(domain, 'object', there ?? here);

const idle: number[] = [];
const meanwhile: number[] = [];
const total: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  idle.push(...(await delaysDuring(whileHeld(() => new Promise((resolve) => setTimeout(resolve, SECTION))))));
  meanwhile.push(...(await delaysDuring(whileHeld(() => domain.synchronize(), total))));
}
await reader.end();

const control = summarize(idle).p99;
const more = meanwhile.map((delay) => delay - control);
printRows('synchronize(), a section of 100 ms', [
  row('until the promise is settled', 'ms', total),
  row('delay of the event loop, idle', 'ms', idle),
  row('delay of the event loop meanwhile', 'ms', meanwhile),
  { ...row('  more than the idle p99', 'ms', more), limit: ['p99', 1] },
]);

async function whileHeld(wait: () => Promise<void>, total?: number[]): Promise<void> {
  reader.hold(SECTION);
  const start = performance.now();
  await wait();
  total?.push(performance.now() - start);
  reader.released();
}
