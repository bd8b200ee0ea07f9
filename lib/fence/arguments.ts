/** Checks of arguments, made before anything else happens. They throw as those of the facade do. */

import { builtin } from '../base/host.js';
import { invalidType, outOfRange } from '../core/arguments.js';

export interface FenceOptions {
  /**
   * What to do where membarrier(2) cannot be used: 'symmetric', the default, makes both fences full ones, in every thread
   * of the process; 'error' throws instead.
   */
  readonly fallback?: 'symmetric' | 'error' | undefined;
}

export function fallbackOf(options: unknown): 'symmetric' | 'error' {
  if (options === undefined) return 'symmetric';
  if (typeof options !== 'object' || options === null) throw invalidType('argument "options"', 'an object', options);
  const { fallback = 'symmetric' } = options as FenceOptions;
  if (typeof fallback !== 'string') throw invalidType('property "options.fallback"', 'a string', fallback);
  if (fallback === 'symmetric' || fallback === 'error') return fallback;
  throw outOfRange('property "options.fallback"', "'symmetric' or 'error'", fallback);
}

/** The `count` words from `index` on, as a view of their own. */
export function sharedWords(view: unknown, index: unknown, count: number): Int32Array {
  if (!isSharedInt32Array(view)) throw invalidType('argument "view"', 'an Int32Array on a SharedArrayBuffer', view);
  if (typeof index !== 'number') throw invalidType('argument "index"', 'a number', index);
  const last = view.length - count;
  if (!Number.isInteger(index) || Object.is(index, -0) || index < 0 || index > last) {
    const expected =
      last < 0 ? `impossible here: the view has fewer than ${count} words` : `an integer from 0 to ${last}`;
    throw outOfRange('argument "index"', `${expected} (${count} words are taken from it on)`, index);
  }
  return new Int32Array(view.buffer, view.byteOffset + index * Int32Array.BYTES_PER_ELEMENT, count);
}

/** By what they are and not by their class, which another realm (node:vm) has for itself. */
function isSharedInt32Array(view: unknown): view is Int32Array {
  const { isInt32Array, isSharedArrayBuffer } = builtin('node:util').types;
  return isInt32Array(view) && isSharedArrayBuffer(view.buffer);
}

/** What a section must be besides a function: never one that returns a promise or an iterator. */
export type Synchronous<T> = [T] extends [never] ? unknown : T extends Deferred ? never : unknown;

type Deferred = PromiseLike<unknown> | Iterator<unknown, unknown, never> | AsyncIterator<unknown, unknown, never>;

export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw invalidType(`argument "${name}"`, 'a function', value);
}

/** A section whose code runs after it has ended is refused: an async function's, or a generator's. */
export function refuseDeferred<T>(result: T): T {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return result;
  if (typeof (result as { then?: unknown }).then === 'function') {
    throw deferred('a promise', 'at its first await. Do what is asynchronous before or after it');
  }
  if (isIterator(result)) {
    throw deferred('an iterator', 'before the first step. Take the steps inside, and return what they yield');
  }
  return result;
}

function isIterator(result: object): boolean {
  const {
    next,
    [Symbol.iterator]: iterator,
    [Symbol.asyncIterator]: asyncIterator,
  } = result as Record<symbol, unknown> & {
    next?: unknown;
  };
  return typeof next === 'function' && (typeof iterator === 'function' || typeof asyncIterator === 'function');
}

function deferred(what: string, advice: string): TypeError {
  const error = new TypeError(`The section returned ${what}: it would have ended ${advice}`);
  return Object.assign(error, { code: 'ERR_INVALID_RETURN_VALUE' as const });
}
