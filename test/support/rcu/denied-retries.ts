/**
 * Retries synchronize() at once, again and again, while its heavy fence is denied. Prints whether a timer got its turn.
 */
import { constants } from 'node:os';
import { Command } from 'node-membarrier';
import { RcuDomain } from 'node-membarrier/rcu';
import { probes } from '../probes.js';

const domain = RcuDomain.createSync();
probes.deny(Command.PRIVATE_EXPEDITED, constants.errno.EPERM);
let fired = false;
setTimeout(() => {
  fired = true;
}, 20);
let tries = 0;
while (!fired && tries < 100_000) {
  tries++;
  await domain.synchronize().catch(() => {});
}
console.log(JSON.stringify(fired));
