/** What goes wrong with fences and locks besides membarrier(2) itself, whose errors are the facade's. */
import { CodedError, nameErrors } from '../base/coded-error.js';

/** The codes of FenceError. */
export type FenceErrorCode =
  /** `fallback: 'error'`, and the fences of this process are symmetric. */
  | 'ERR_FENCE_SYMMETRIC'
  /** There is no full fence in this thread: neither WebAssembly nor the addon. */
  | 'ERR_FENCE_UNAVAILABLE'
  /** lock() or tryLock() by the thread that holds the lock: waiting for itself would never end. */
  | 'ERR_FENCE_LOCK_HELD'
  /** unlock() by a thread that does not hold the lock. */
  | 'ERR_FENCE_LOCK_NOT_HELD'
  /** A lock that another copy of the package in this process uses. */
  | 'ERR_FENCE_COPY';

/** An error of fences and locks; `code` says which. Errors of the system call are MembarrierError. */
export class FenceError extends CodedError<FenceErrorCode> {}

nameErrors(FenceError);
