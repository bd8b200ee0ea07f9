/**
 * Sections that are over when the function returns: one that returns a promise or an iterator does not compile, and is
 * refused.
 */

/** What a section must be besides a function. */
export type Synchronous<T> = [T] extends [never] ? unknown : T extends Deferred ? never : unknown;

type Deferred = PromiseLike<unknown> | Iterator<unknown, unknown, never> | AsyncIterator<unknown, unknown, never>;

/** A section whose code runs after it has ended is refused: an async function's, or a generator's. */
export function refuseDeferred<T>(result: T): T {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return result;
  if (typeof (result as { then?: unknown }).then === 'function') {
    throw deferred('a promise', 'at its first await. Do asynchronous work before or after the section');
  }
  if (isIterator(result)) {
    throw deferred('an iterator', 'before the first step. Iterate inside the section, and return the results');
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
  const error = new TypeError(`The section's function returned ${what}, so the section would end ${advice}`);
  return Object.assign(error, { code: 'ERR_INVALID_RETURN_VALUE' as const });
}
