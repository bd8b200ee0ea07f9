/**
 * Whether this thread is between two callbacks of its event loop. A function of ours that the event loop calls may
 * still be inside a callback of somebody's, who runs the event loop there (deasync).
 *
 * The call stack tells. To look at it takes 10 microseconds in a thread that has just been woken, a third of what a
 * grace period costs that thread. So the stack's depth is kept where nobody was found on it. The same depth tells the
 * same later, since Node.js calls us the same way each time. A callback and an event loop of the same depth might pass
 * for that, and so the thread must have no async id besides. A callback of a timer, of I/O or of a message has one.
 * Others cannot run the event loop to our functions: in a microtask, V8 begins no further ones.
 */
import { type Called, isCalledByUsers } from '../base/call-stack.js';
import { executionAsyncId } from '../base/host.js';
import { stackDepth } from './threads.js';

/** Of one function there are as many depths as V8 has ways to compile what it calls. */
const MOST_DEPTHS = 32;

const depths = new Set<number>();

/** `calledBy` is the function of ours that the event loop has called. At the end of the stack it is not. */
export function isBetweenCallbacks(calledBy: Called): boolean {
  try {
    return hasNobodyCalled(calledBy);
  } catch {
    return false;
  }
}

function hasNobodyCalled(calledBy: Called): boolean {
  if (executionAsyncId() !== 0) return !isCalledByUsers(calledBy);
  const depth = stackDepth();
  if (depths.has(depth)) return true;
  if (isCalledByUsers(calledBy)) return false;
  if (depth !== 0 && depths.size < MOST_DEPTHS) depths.add(depth);
  return true;
}
