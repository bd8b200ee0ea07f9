/**
 * Asymmetric fences for SharedArrayBuffer workers, and a lock that is nearly free for its usual owner.
 *
 * @module node-membarrier/fence
 */
export type { FenceOptions } from './arguments.js';
export { AsymmetricFence } from './asymmetric-fence.js';
export { BiasedLock } from './biased-lock.js';
export { FenceError, type FenceErrorCode } from './errors.js';
export type { Strategy } from './fence-strategy.js';
