import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { harness } from './index.js';
import { type SiblingState, Word } from './sibling.js';

const { state, cpu, words } = workerData as { state: SiblingState; cpu?: number; words: Int32Array };

if (cpu !== undefined && harness.pin(cpu) !== 0) throw new Error(`cannot pin a worker to CPU ${cpu}`);
// This thread's folder in /proc, as its link names it.
parentPort?.postMessage(readlinkSync('/proc/thread-self'));
if (state === 'parked') Atomics.wait(words, Word.END, 0);
else while (Atomics.load(words, Word.END) === 0) Atomics.add(words, Word.PROGRESS, 1);
