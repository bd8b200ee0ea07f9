/**
 * A process that has registered nothing, and registers as its first act: times register() of three kinds and
 * registerSync() of one, and prints JSON. The control hands other work to the same thread pool in the same way.
 */
import { stat } from 'node:fs/promises';
import { membarrier, type Registrable } from 'node-membarrier';
import { delaysDuring } from '../measure/event-loop.js';

/** Milliseconds. */
export interface FreshProcess {
  readonly synchronous: number[];
  readonly control: number[];
  readonly total: number[];
  readonly delays: number[];
  readonly idle: number[];
  readonly blocked: number[];
}

const asynchronously: Registrable[] = ['PRIVATE_EXPEDITED', 'PRIVATE_EXPEDITED_SYNC_CORE', 'PRIVATE_EXPEDITED_RSEQ'];
const synchronous: number[] = [];
const control: number[] = [];
const total: number[] = [];

/** Calls, notes how long the call itself took, and waits for what it started. */
async function time(start: () => Promise<unknown>, synchronous: number[]): Promise<number> {
  const begin = performance.now();
  const pending = start();
  synchronous.push(performance.now() - begin);
  await pending;
  return performance.now() - begin;
}

const delays = await delaysDuring(
  (async () => {
    for (const command of asynchronously) {
      total.push(await time(() => membarrier.register(command), synchronous));
      await time(() => stat('/'), control);
    }
  })(),
);
const idle = await delaysDuring(new Promise((resolve) => setTimeout(resolve, 50)));

const begin = performance.now();
membarrier.registerSync('GLOBAL_EXPEDITED');
const blocked = [performance.now() - begin];

const found: FreshProcess = { synchronous, control, total, delays, idle, blocked };
console.log(JSON.stringify(found));
