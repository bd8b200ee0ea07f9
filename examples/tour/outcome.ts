import { MembarrierError } from 'node-membarrier';

/** Calls once, and says how it went: the time that it took, or the code of its error. */
export function outcomeOf(call: () => void): string {
  const start = performance.now();
  try {
    call();
  } catch (error) {
    if (error instanceof MembarrierError) return `${error.name}: ${error.code}`;
    throw error;
  }
  return `done in ${duration(performance.now() - start)}`;
}

export function duration(milliseconds: number): string {
  return milliseconds < 1 ? `${(milliseconds * 1000).toFixed(1)} us` : `${milliseconds.toFixed(1)} ms`;
}
