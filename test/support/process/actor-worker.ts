import { parentPort } from 'node:worker_threads';
import { perform, type Step } from './outcome.js';

parentPort?.on('message', async (step: Step) => parentPort?.postMessage(await perform(step)));
