/**
 * Who holds a lock, and whether it still lives. A thread is known by its token: `threadId` of node:worker_threads plus one,
 * which Node.js never gives to another thread; 0 is nobody.
 */
import { requireBinding } from '../call.js';
import { addonIsPossible, loaded } from '../native/binding.js';
import { FenceError } from './errors.js';

/** Tokens fit in so many bits, which leaves the others of an int32 to whoever stores one. */
export const TOKEN_BITS = 30;

let token: number | undefined;

/** This thread's token; from the first call on, its end is noticed by others. */
export function tokenOfThisThread(): number {
  token ??= enrol();
  return token;
}

/**
 * Whether a thread has ended, and with it all that it will ever write. Where no thread can load the addon (another
 * platform), nobody notices: false.
 */
export function isThreadDead(token: number): boolean {
  return loaded.binding?.isThreadDead(token) ?? false;
}

function enrol(): number {
  const mine = process.getBuiltinModule('node:worker_threads').threadId + 1;
  if (!addonIsPossible) return mine;
  const answer = requireBinding('PRIVATE_EXPEDITED').enrolThread(mine);
  if (answer >= 0) return mine;
  throw new FenceError('ERR_FENCE_UNAVAILABLE', `the end of thread ${mine - 1} could not be watched (${answer})`);
}
