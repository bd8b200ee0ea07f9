/**
 * A map and a single value that all threads of a process share.
 *
 * @module node-membarrier/collections
 */
export type {
  SharedCellAttachOptions,
  SharedCellOptions,
  SharedMapAttachOptions,
  SharedMapOptions,
} from './arguments.js';
export type { BuiltinCodec, Codec, CodecOption } from './codec.js';
export type { DeepReadonly } from './deep-freeze.js';
export { CollectionError, type CollectionErrorCode } from './errors.js';
export { SharedCell, type SharedCellHandle } from './shared-cell.js';
export { SharedMap, type SharedMapHandle } from './shared-map.js';
export type { SharedCollectionStats, SharedMapStats } from './stats.js';
