/** What goes wrong with RCU besides membarrier(2) itself, whose errors are the facade's. */
import { CodedError, nameErrors } from '../base/coded-error.js';

/** The codes of RcuError. */
export type RcuErrorCode =
  /** There is no WebAssembly (--jitless removes it), or no memory for the domain. */
  | 'ERR_RCU_UNAVAILABLE'
  /** attach() with something that is not the handle of a domain. */
  | 'ERR_RCU_FOREIGN_HANDLE'
  /** attach() to a domain of another version of this package. */
  | 'ERR_RCU_VERSION'
  /** attach() to a domain of another copy of this package in the same process. */
  | 'ERR_RCU_COPY'
  /** attach() in a thread whose fences are not those of the domain. */
  | 'ERR_RCU_STRATEGY'
  /** registerReader(), and every slot is taken by a thread that lives. */
  | 'ERR_RCU_TOO_MANY_READERS'
  /** readUnlock() without a readLock(). */
  | 'ERR_RCU_NOT_LOCKED'
  /** readLock() in as many sections as a reader can nest. */
  | 'ERR_RCU_NESTING'
  /** A slot that this thread does not have: another thread's reader, or none. */
  | 'ERR_RCU_FOREIGN_READER'
  /** A reader or a domain that has been disposed of. */
  | 'ERR_RCU_DISPOSED'
  /** What may not be done inside a section: to wait for its own end, or to dispose of its reader. */
  | 'ERR_RCU_INSIDE'
  /** online() of a reader that is online. */
  | 'ERR_RCU_ONLINE'
  /** What only a reader that is online may do. */
  | 'ERR_RCU_OFFLINE';

/** An error of RCU; `code` says which. Nothing was changed. Errors of the system call are MembarrierError. */
export class RcuError extends CodedError<RcuErrorCode> {}

nameErrors(RcuError);

/** By the numbers with which domain.wat refuses. */
const refusals: Record<number, readonly [RcuErrorCode, string]> = {
  1: [
    'ERR_RCU_FOREIGN_READER',
    'This thread has no reader in that slot. In each thread, attach to the domain and call registerReader() once',
  ],
  2: [
    'ERR_RCU_NESTING',
    'This reader is in 16383 nested sections, and cannot count more. Call readUnlock() once for each readLock()',
  ],
  3: ['ERR_RCU_NOT_LOCKED', 'This reader is in no section. Call readLock() first, once for each readUnlock()'],
  4: ['ERR_RCU_INSIDE', 'Cannot dispose of the reader: it is in a section. Call readUnlock() first'],
  5: ['ERR_RCU_ONLINE', 'This reader is online already. Call online() only after offline()'],
  6: ['ERR_RCU_OFFLINE', 'This reader is offline, so nobody waits for it. Call online() first'],
};

export function refusalError(refusal: number): RcuError {
  const [code, message] = refusals[refusal] as readonly [RcuErrorCode, string];
  return new RcuError(code, message);
}

/** In debug mode of the event-loop flavor. */
export function insideError(what: string): RcuError {
  const message = `${what}() was called inside a read-side critical section. Call readUnlock() first`;
  return new RcuError('ERR_RCU_INSIDE', message);
}

export function disposedError(what: 'reader' | 'domain'): RcuError {
  const again = what === 'reader' ? 'Call registerReader() again' : 'Call attach() with its handle again';
  return new RcuError('ERR_RCU_DISPOSED', `This thread disposed of the ${what}. ${again}`);
}
