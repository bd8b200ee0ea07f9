/**
 * A callback loses the heavy fence to a sandbox, after which a barrier() still resolves, and another grace period
 * cannot begin, for which nobody but a callback waits. Prints what happened, in order.
 */
import { argv } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { RcuDomain } from 'node-membarrier/rcu';
import { probes } from '../probes.js';
import { isAnyoneAsleep } from './words.js';

const [command, errno] = JSON.parse(argv[2] as string) as [number, number];
const domain = RcuDomain.createSync();
const reader = domain.registerReader();
const events: string[] = [];
process.on('uncaughtException', ({ name }) => events.push(`uncaught: ${name}`));

reader.readLock();
domain.callRcu(() => {
  probes.deny(command, errno);
  events.push('called');
});
const barrier = domain.barrier().then(() => events.push('barrier'));
while (!isAnyoneAsleep(domain)) await setImmediate();
domain.callRcu(() => events.push('called, though no grace period can be'));
reader.readUnlock();
await barrier;
while (events.length < 3) await setImmediate();
console.log(JSON.stringify(events));
