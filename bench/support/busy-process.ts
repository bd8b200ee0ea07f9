/** A process that does nothing but run, pinned to a CPU, for as long as the one that started it lives. */
import { argv, ppid } from 'node:process';
import { harness } from './harness.js';

if (harness.pin(Number(argv[2])) !== 0) throw new Error(`cannot pin a process to CPU ${argv[2]}`);
console.log('busy');
while (process.ppid === ppid) for (let i = 0; i < 1e6; i++);
