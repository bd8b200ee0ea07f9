/** What goes wrong with SharedMap and SharedCell. Bad arguments are TypeErrors and RangeErrors, as everywhere. */
import { CodedError, nameErrors } from '../base/coded-error.js';

/** The codes of CollectionError. */
export type CollectionErrorCode =
  /** V8 has no shared memory for the collection, or WebAssembly is disabled. */
  | 'ERR_COLLECTION_UNAVAILABLE'
  /** attach() with something that is not the handle of such a collection, or comes from another process. */
  | 'ERR_COLLECTION_FOREIGN_HANDLE'
  /** attach() to a collection of another version or another copy of this package. */
  | 'ERR_COLLECTION_VERSION'
  /** attach() with another codec than the collection was created with. */
  | 'ERR_COLLECTION_CODEC'
  /** attach() in a thread that has attached the collection already, with other options. */
  | 'ERR_COLLECTION_ATTACHED'
  /** As many threads as `maxThreads` allows use the collection. */
  | 'ERR_COLLECTION_TOO_MANY_THREADS'
  /** The codec cannot encode a value. Nothing was changed. */
  | 'ERR_COLLECTION_ENCODE'
  /** The codec cannot decode what is stored. */
  | 'ERR_COLLECTION_DECODE'
  /** There is no room for a value. Nothing was changed. */
  | 'ERR_COLLECTION_FULL'
  /** The callback of update() changes the map itself, each time it runs. */
  | 'ERR_COLLECTION_UPDATE'
  /** view() of a collection of the memb flavor. */
  | 'ERR_COLLECTION_FLAVOR'
  /** What only a thread that is online may do. */
  | 'ERR_COLLECTION_OFFLINE'
  /** online() in a thread that is online. */
  | 'ERR_COLLECTION_ONLINE'
  /** What may not be done within read(): to dispose of the collection, to go offline. */
  | 'ERR_COLLECTION_INSIDE'
  /** The collection was disposed of in this thread. */
  | 'ERR_COLLECTION_DISPOSED';

/** An error of SharedMap and SharedCell; `code` says which. Bad arguments are TypeError and RangeError. */
export class CollectionError extends CodedError<CollectionErrorCode> {}

nameErrors(CollectionError);

/** A key as a message shows it: whole if it is short. */
export function nameOfKey(key: string | number): string {
  if (typeof key === 'number') return `${key}`;
  return JSON.stringify(key.length > 60 ? `${key.slice(0, 57)}...` : key);
}
