/** The program whose code is printed: the read side of RCU, a module by itself. The argument is the strategy. */
import { argv } from 'node:process';
import type { Strategy } from '../../../lib/fence/fence-strategy.js';
import { instantiate } from '../../../lib/rcu/steps.js';

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const self = 1;
const { claim, lock, unlock } = instantiate(memory, argv[2] as Strategy, self, () => {
  throw new Error('refused');
});
const slot = 512;
const ticket = claim(slot, 0);
for (let i = 0; i < 30_000; i++) {
  lock(slot, ticket);
  unlock(slot, ticket);
}
