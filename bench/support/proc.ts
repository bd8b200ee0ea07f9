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
