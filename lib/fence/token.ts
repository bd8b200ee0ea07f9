import { errnoName } from '../core/errno.js';
import { enrolThisThread } from '../threads/threads.js';
import { FenceError } from './errors.js';

/**
 * This thread's token (lib/threads/). FenceError (ERR_FENCE_UNAVAILABLE) where nobody could notice the end of this
 * thread.
 */
export function tokenOfThisThread(): number {
  const token = enrolThisThread();
  if (token > 0) return token;
  throw new FenceError(
    'ERR_FENCE_UNAVAILABLE',
    `Cannot watch for the end of this thread: the process has no memory left (${errnoName(token)}). Free memory, ` +
      'then call again',
  );
}
