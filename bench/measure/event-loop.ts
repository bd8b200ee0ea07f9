/**
 * How late the event loop is: what a blocking call does to everything else that a thread has to do. Without the time
 * that the thread waited for a CPU, which the kernel counts: that is other programs' doing, and on a busy machine would
 * hide the rest.
 */
import { readSchedStat } from '../../harness/proc.js';

const tick = 1;

/**
 * Runs `operation`, or idles for as long, and answers by how many milliseconds each 1 ms timer fired late meanwhile.
 */
export async function delaysDuring(operation: Promise<unknown>): Promise<number[]> {
  let running = true;
  const done = operation.finally(() => {
    running = false;
  });
  const delays: number[] = [];
  while (running) {
    const waitedBefore = waitedForCpu();
    const due = performance.now() + tick;
    await new Promise((resolve) => setTimeout(resolve, tick));
    const late = performance.now() - due;
    delays.push(Math.max(0, late - (waitedForCpu() - waitedBefore)));
  }
  await done;
  return delays;
}

/** In milliseconds, by this thread since it began. 0 where the kernel does not tell. */
function waitedForCpu(): number {
  return (readSchedStat('/proc/thread-self')?.waiting ?? 0) / 1e6;
}
