/** A map in a process that a sandbox denies registration. Prints what a worker and this thread read. */
import { constants } from 'node:os';
import { Command } from 'node-membarrier';
import { SharedMap } from 'node-membarrier/collections';
import { RcuDomain } from 'node-membarrier/rcu';
import { probes } from '../probes.js';
import { startMapActor } from './actor.js';

probes.deny(Command.REGISTER_PRIVATE_EXPEDITED, constants.errno.EPERM);
const map = await SharedMap.create<string, number>();
const actor = await startMapActor(map.handle);
for (let i = 0; i < 2000; i++) {
  map.set(`key ${i % 100}`, i);
  if (i % 3 === 0) map.delete(`key ${(i * 7) % 100}`);
}
await actor.call('set', 'worker', 1);
console.log(RcuDomain.attach(map.handle).strategy, map.get('worker'), await actor.call('get', 'key 98'), map.size);
await actor.terminate();
