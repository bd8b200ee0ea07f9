/**
 * The two sides of a litmus test: the one that runs often, and is to have the light fence, and the one that runs
 * rarely.
 */

/**
 * 'query' is membarrier(QUERY) in the place of PRIVATE_EXPEDITED: a system call as slow as that, which orders nothing.
 */
export type FenceName = 'light' | 'heavy' | 'seq-cst' | 'query';

export type Body = (k: number) => number;

export interface Side {
  /** The test's own words of shared memory. */
  readonly words: Int32Array;
  /** The fence of this side. For 'seq-cst' it is never called: the accesses themselves are Atomics. */
  readonly fence: () => void;
  readonly fenceName: FenceName;
  /** The light fence, whichever side this is. */
  readonly light: () => void;
  /** The token of this thread. */
  readonly self: number;
}

export interface Shape {
  readonly lightSide: (side: Side) => Body;
  readonly heavySide: (side: Side) => Body;
}
