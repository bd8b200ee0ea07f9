/**
 * Userspace RCU for worker threads.
 *
 * @module node-membarrier/rcu
 */
export type { RcuOptions, ReaderOptions, WaitOptions } from './arguments.js';
export type { RcuCookie } from './cookies.js';
export { RcuError, type RcuErrorCode } from './errors.js';
export type { Flavor as RcuFlavor } from './flavor.js';
export type { RcuHandle } from './memory.js';
export { RcuDomain, type RcuImports, type RcuStats } from './rcu-domain.js';
export type { RcuReader } from './reader.js';
export { type RcuStall, STALL_CHANNEL } from './stall.js';
