import { parentPort, workerData } from 'node:worker_threads';
import { harness } from './harness.js';
import type { SiblingState } from './sibling.js';

const { state, cpu, words } = workerData as { state: SiblingState; cpu?: number; words: Int32Array };

if (cpu !== undefined && harness.pin(cpu) !== 0) throw new Error(`cannot pin a worker to CPU ${cpu}`);
parentPort?.postMessage(state);
if (state === 'parked') Atomics.wait(words, 0, 0);
else while (Atomics.load(words, 0) === 0);
