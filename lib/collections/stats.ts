/** Figures of a collection, of all threads. */
export interface SharedCollectionStats {
  /** How many keys there are. */
  readonly size: number;
  /** How many changes were made since the collection was created. */
  readonly changes: number;
  /** How many bytes may be used. Less than `maxBytes` of create() if the system refused to reserve as many. */
  readonly maxBytes: number;
  /** How many bytes have ever been used. Never shrinks: freed memory is reused, not given back. */
  readonly usedBytes: number;
  /** Of usedBytes: keys and values, with 24 bytes for each entry. */
  readonly liveBytes: number;
  /** Of usedBytes: the index. 8 bytes for each of its places, of which at most four fifths are taken. */
  readonly indexBytes: number;
  /** Of usedBytes: values that were replaced or deleted, and wait until no thread can still read them. */
  readonly retiredBytes: number;
  /** Of usedBytes: what new values may use. */
  readonly freeBytes: number;
}

/** Figures of a map, and of the values that this thread keeps. */
export interface SharedMapStats extends SharedCollectionStats {
  /** Of this thread: the values that it keeps. */
  readonly near: {
    /** How many it may keep. */
    readonly limit: number;
    /** How many it keeps now. */
    readonly size: number;
    /** Of memory of this thread, as an estimate. */
    readonly bytes: number;
    /** Reads that found no current value here, and went to the shared memory. */
    readonly misses: number;
  };
}
