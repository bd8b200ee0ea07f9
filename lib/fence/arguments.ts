/** Checks of arguments, made before anything else happens. They throw as those of the facade do. */

import { checkEither, invalidType, optionsObject, outOfRange, outOfRangeBy } from '../base/arguments.js';
import { builtin } from '../base/host.js';

/** Options of AsymmetricFence.create(). */
export interface FenceOptions {
  /**
   * What to do if membarrier(2) cannot be used. 'symmetric', the default: both fences become full ones, in every thread
   * of the process. 'error': create() throws.
   */
  readonly fallback?: 'symmetric' | 'error' | undefined;
}

export function fallbackOf(options: unknown): 'symmetric' | 'error' {
  const { fallback = 'symmetric' } = optionsObject(options, ['fallback']) as FenceOptions;
  checkEither('options.fallback', fallback, ['symmetric', 'error']);
  return fallback;
}

/** The `count` words from `index` on, as a view of their own. */
export function sharedWords(view: unknown, index: unknown, count: number): Int32Array {
  if (!isSharedInt32Array(view)) throw invalidType('argument "view"', 'an Int32Array on a SharedArrayBuffer', view);
  if (typeof index !== 'number') throw invalidType('argument "index"', 'a number', index);
  const last = view.length - count;
  if (last < 0) throw outOfRangeBy('argument "view"', `at least ${count} words long`, `a view of ${view.length} words`);
  if (!Number.isInteger(index) || Object.is(index, -0) || index < 0 || index > last) {
    const expected = `an integer from 0 to ${last}, since the lock takes ${count} words from there`;
    throw outOfRange('argument "index"', expected, index);
  }
  return new Int32Array(view.buffer, view.byteOffset + index * Int32Array.BYTES_PER_ELEMENT, count);
}

/** By what they are and not by their class, which another realm (node:vm) has for itself. */
function isSharedInt32Array(view: unknown): view is Int32Array {
  const { isInt32Array, isSharedArrayBuffer } = builtin('node:util').types;
  return isInt32Array(view) && isSharedArrayBuffer(view.buffer);
}
