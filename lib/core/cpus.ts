/**
 * The CPUs that this machine may ever have. The kernel answers success for a CPU that does not exist, so the facade
 * must know which do.
 */
import { builtin } from '../base/host.js';

let cached: ReadonlySet<number> | undefined;

/** The possible CPUs: fixed at boot. Where /sys cannot be read, as many as can be seen, counted from 0. */
export function possibleCpus(): ReadonlySet<number> {
  cached ??= new Set(readPossible());
  return cached;
}

function readPossible(): number[] {
  // Not imported, since that alone takes 1 to 4 ms, and only a barrier on one CPU needs it.
  const { readFileSync } = builtin('node:fs');
  try {
    return parseCpuList(readFileSync('/sys/devices/system/cpu/possible', 'utf8'));
  } catch {
    const { availableParallelism, cpus } = builtin('node:os');
    return Array.from({ length: Math.max(cpus().length, availableParallelism()) }, (_, cpu) => cpu);
  }
}

/** The kernel's list format: "0-3,8,10-11". */
function parseCpuList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number) as [number, number?];
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}
