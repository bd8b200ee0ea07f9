/** Whether the other threads of this process slept: V8's own are siblings, too. */
import { readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { readIfThere, readSchedStat } from '../../../harness/proc.js';

/**
 * The other threads that this process has now. `sleptDuring` tells whether none of them had a CPU at any time that
 * `run` took. False where the kernel does not tell.
 */
export function otherThreads(): { readonly sleptDuring: (run: () => void) => boolean } {
  const self = basename(readlinkSync('/proc/thread-self'));
  const others = readdirSync('/proc/self/task').filter((thread) => thread !== self);
  return {
    sleptDuring(run) {
      const before = turnsOf(others);
      run();
      return before !== undefined && turnsOf(others) === before;
    },
  };
}

/** How often the kernel has given these threads a CPU. Undefined while one has it, or waits for it, or has ended. */
function turnsOf(threads: readonly string[]): string | undefined {
  const all: number[] = [];
  for (const thread of threads) {
    const folder = `/proc/self/task/${thread}`;
    const turns = readSchedStat(folder)?.turns;
    if (turns === undefined || stateOf(folder) !== 'S') return undefined;
    all.push(turns);
  }
  return all.join();
}

function stateOf(folder: string): string | undefined {
  return /\) (\w)/.exec(readIfThere(`${folder}/stat`) ?? '')?.[1];
}
