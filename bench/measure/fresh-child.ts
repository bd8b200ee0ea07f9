/** What is measured in fresh processes, by name: this one runs one of the tasks, and prints what it found as JSON. */
import { stat } from 'node:fs/promises';
import { argv } from 'node:process';
import { getSystemErrorName } from 'node:util';
import { Command, membarrier, type Registrable } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { available, byRaw, inC, inJavaScript, registerCommandOf } from './barriers.js';
import { delaysDuring, timeCall, timeSync } from './event-loop.js';
import { rotated, summarize, timed } from './samples.js';

function medianOf(samples: number, sample: () => number): number {
  return summarize(Array.from({ length: samples }, sample)).median;
}

const ways = {
  raw: (kind: Registrable, calls: number) => byRaw(Command[registerCommandOf(kind)], calls),
  c: (kind: Registrable, calls: number) => inC(Command[registerCommandOf(kind)], calls),
  facade: (kind: Registrable, calls: number) => timed(calls, 'membarrier.registerSync(kind)', { membarrier, kind }),
};
export type Way = keyof typeof ways;

const tasks = {
  /** What calls cost that need no registration, in nanoseconds and milliseconds, where all is registered or nothing. */
  caller(registers: boolean) {
    if (registers) for (const kind of available) membarrier.registerSync(kind);
    const GLOBAL_EXPEDITED = medianOf(300, byRaw(Command.GLOBAL_EXPEDITED, 200));
    return { GLOBAL_EXPEDITED, GLOBAL: medianOf(3, byRaw(Command.GLOBAL, 1)) / 1e6 };
  },

  /** Registers all it can, beginning with another kind by turn: microseconds. */
  registration(way: Way, turn: number) {
    return rotated(available, turn).map((kind) => {
      const microseconds = (calls: number) => ways[way](kind, calls)() / 1000;
      return { kind, first: microseconds(1), again: microseconds(100) };
    });
  },

  /**
   * Times register() of three kinds and registerSync() of one, and what becomes of the event loop: milliseconds. The
   * control hands other work to the same thread pool in the same way.
   */
  async eventLoop() {
    const held = { synchronous: [] as number[], control: [] as number[], total: [] as number[] };
    const registerAll = async () => {
      for (const kind of ['PRIVATE_EXPEDITED', 'PRIVATE_EXPEDITED_SYNC_CORE', 'PRIVATE_EXPEDITED_RSEQ'] as const) {
        held.total.push(await timeCall(() => membarrier.register(kind), held.synchronous));
        await timeCall(() => stat('/'), held.control);
      }
    };
    const delays = await delaysDuring(registerAll());
    const idle = await delaysDuring(new Promise((resolve) => setTimeout(resolve, 50)));
    return { ...held, delays, idle, blocked: [timeSync(() => membarrier.registerSync('GLOBAL_EXPEDITED'))] };
  },

  /** What a barrier takes with so many parked threads: nanoseconds. */
  parked(count: number) {
    const threads = harness.parkThreads(count);
    if (typeof threads === 'number') throw new Error(`${count} threads: ${getSystemErrorName(threads)}`);
    return medianOf(100, inJavaScript('PRIVATE_EXPEDITED', 200));
  },
};

export type Tasks = typeof tasks;

const [name, ...args] = argv.slice(2) as [keyof Tasks, ...string[]];
const task = tasks[name] as (...args: unknown[]) => unknown;
console.log(JSON.stringify(await task(...args.map((arg) => JSON.parse(arg)))));
