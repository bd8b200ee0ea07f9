/** The files by which the kernel tells of itself and of its tasks. Some kernels lack some, and a task's end with it. */
import { readFileSync } from 'node:fs';

/** The text of a file; undefined where it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

export interface SchedStat {
  /** Nanoseconds on a CPU. */
  readonly running: number;
  /** Nanoseconds in which it could have run, and had no CPU. */
  readonly waiting: number;
  /** How often the kernel has given it a CPU. */
  readonly turns: number;
}

/**
 * What the scheduler has counted of a task since it began, by its folder in /proc. Undefined where the kernel does not
 * tell.
 */
export function readSchedStat(folder: string): SchedStat | undefined {
  const [running, waiting, turns] = readIfThere(`${folder}/schedstat`)?.trim().split(' ').map(Number) ?? [];
  if (running === undefined || waiting === undefined || turns === undefined) return undefined;
  return { running, waiting, turns };
}
