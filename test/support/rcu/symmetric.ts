/** RCU in a process that a sandbox denies a command. Prints the strategy, and what came of a section and a callback. */
import { argv } from 'node:process';
import { RcuDomain } from 'node-membarrier/rcu';
import { probes } from '../probes.js';
import { visit } from './visitor.js';

const [command, errno] = JSON.parse(argv[2] as string) as [number, number];
probes.deny(command, errno);
const domain = RcuDomain.createSync();
const found: unknown[] = [domain.strategy];
const reader = domain.registerReader();
reader.readLock();
const cookie = domain.startPoll();
found.push(domain.poll(cookie));
reader.readUnlock();
found.push(domain.poll(cookie), await visit(domain.handle, 'use'));
domain.synchronizeSync();
domain.callRcu(() => found.push('callback'));
await domain.barrier();
console.log(JSON.stringify(found));
