/**
 * Identifies threads, and tells whether a thread has ended. A thread has a token, which no other thread of the process
 * ever gets. 0 is no thread. Tokens come from the addon, because `threadId` is not unique in every runtime.
 *
 * Tokens and deaths are known to one copy of the addon. Another copy in the same process (another path) gives out the
 * same tokens to other threads, so shared memory carries the identity of the copy that it rests on.
 */
import { addonIsPossible, loaded } from '../addon/binding.js';
import { builtin } from '../base/host.js';
import { requireBinding } from '../core/syscall.js';

/** Tokens fit in this many bits. The other bits of an int32 are free for the code that stores one. */
export const TOKEN_BITS = 30;

/** Where no thread can load an addon, no copy of the package has native state. */
const NO_ADDON = 1;

let token: number | undefined;

/**
 * This thread's token; from the first call on, its end is noticed by others. Or -errno, where the process is out of
 * memory.
 */
export function enrolThisThread(): number {
  if (token === undefined || token < 0) token = enrol();
  return token;
}

/**
 * Which native state this thread shares with others: an int32, and not 0. Throws UnavailableError where it has none.
 */
export function nativeIdentity(): number {
  return addonIsPossible ? requireBinding('PRIVATE_EXPEDITED').identity : NO_ADDON;
}

/** By which people know this thread: what node:worker_threads calls it. 0 is the main thread, in Node.js. */
export function threadIdOfThisThread(): number {
  return builtin('node:worker_threads').threadId;
}

/**
 * Whether a thread has ended, and with it all that it will ever write. Where no thread can load the addon (another
 * platform), nobody notices: false.
 */
export function isThreadDead(token: number): boolean {
  return loaded.binding?.isThreadDead(token) ?? false;
}

/** How deep this thread's stack is, to be compared with other answers for equality; 0 where nobody can tell. */
export function stackDepth(): number {
  return loaded.binding?.stackDepth() ?? 0;
}

function enrol(): number {
  return addonIsPossible ? requireBinding('PRIVATE_EXPEDITED').enrolThread() : threadIdOfThisThread() + 1;
}
