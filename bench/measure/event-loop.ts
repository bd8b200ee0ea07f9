/**
 * How late the event loop is: what a blocking call does to everything else that a thread has to do. Without the time
 * that the thread waited for a CPU, which the kernel counts: that is other programs' doing, and on a busy machine would
 * hide the rest.
 */
import { readSchedStat } from '../../harness/proc.js';
import { row } from './report.js';
import { excess, summarize } from './samples.js';

const tick = 1;

/**
 * Runs `operation`, or idles for as long, and returns by how many milliseconds each 1 ms timer fired late meanwhile.
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

/** Calls, notes how long the call itself took, and returns how long all that it started did. Milliseconds. */
export async function timeCall(start: () => Promise<unknown>, synchronous: number[] = []): Promise<number> {
  const begin = performance.now();
  const pending = start();
  synchronous.push(performance.now() - begin);
  await pending;
  return performance.now() - begin;
}

export function timeSync(call: () => unknown): number {
  const begin = performance.now();
  call();
  return performance.now() - begin;
}

/** What became of the event loop, beside one that idles. */
export function delayRows(idle: readonly number[], delays: readonly number[]) {
  const control = summarize(idle).p99;
  const more = delays.map((delay) => excess(delay, control));
  return [
    ...row('idle', 'delay of the event loop, idle', 'ms', idle),
    ...row(
      'delay',
      'delay of the event loop meanwhile',
      'ms',
      delays,
      ...row('more', 'above the idle p99', 'ms', more),
    ),
  ];
}
