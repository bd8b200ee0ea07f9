/** To block while others need not wait for this thread. */
import { runInMicrotask } from './host.js';
import { requireStack } from './stack.js';

export interface Suspendable {
  readonly suspend: () => void;
  readonly resume: () => void;
}

/**
 * Calls `act` while all of them are suspended. A vm timeout skips `finally`; then a microtask resumes them. Throws
 * RangeError before the first is suspended, if there is no room on the stack.
 */
export function whileSuspended(all: Iterable<Suspendable>, act: () => void): void {
  requireStack();
  const suspended = [...all];
  const resume = () => {
    for (const one of suspended.splice(0)) one.resume();
  };
  runInMicrotask(resume);
  for (const one of suspended) one.suspend();
  try {
    act();
  } finally {
    resume();
  }
}
