/** What a collection says of itself. */
export interface SharedCollectionStats {
  /** Keys. */
  readonly size: number;
  /** Changes since the collection was created. */
  readonly changes: number;
  /** What may be used, in bytes. Less than was asked for where the system refused to reserve as much. */
  readonly maxBytes: number;
  /** What has been used at some time. Never shrinks: free memory is used again, and not given back. */
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

export interface SharedMapStats extends SharedCollectionStats {
  /** Of this thread: the values that it keeps. */
  readonly near: {
    /** How many it may keep. */
    readonly limit: number;
    readonly size: number;
    /** Of memory of this thread, as an estimate. */
    readonly bytes: number;
    /** Reads that found no current value here, and went to the shared memory. */
    readonly misses: number;
  };
}
