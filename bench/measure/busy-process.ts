/**
 * A process that does nothing but run, or issue barriers, pinned to a CPU, for as long as the one that started it
 * lives.
 */
import { argv, ppid } from 'node:process';
import { membarrier } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import type { Occupation } from './other-process.js';

const [cpu, occupation] = argv.slice(2) as [string, Occupation];
if (harness.pin(Number(cpu)) !== 0) throw new Error(`cannot pin a process to CPU ${cpu}`);
const work = occupation === 'runs' ? () => {} : membarrier.registerSync('PRIVATE_EXPEDITED');
console.log('ready');
while (process.ppid === ppid) for (let i = 0; i < 1e5; i++) work();
