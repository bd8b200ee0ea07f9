/** What update() refuses of its callback. */
import { CollectionError, nameOfKey } from './errors.js';

/** After so many runs that all changed the map themselves, it is taken for a mistake. */
export const RUNS = 100;

export function refusePromise(value: unknown): void {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== 'function') return;
  const message =
    'The callback of update() returned a promise. Nothing was changed. Do asynchronous work first, then call update()';
  throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_RETURN_VALUE' as const });
}

export function neverFits(key: string | number): CollectionError {
  const message =
    `The callback of update() itself changed key ${nameOfKey(key)} in each of ${RUNS} runs, so the update was never ` +
    'current. Return the new value, and do not change the map in the callback';
  return new CollectionError('ERR_COLLECTION_UPDATE', message);
}
