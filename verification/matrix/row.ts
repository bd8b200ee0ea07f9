/** What a row of the matrix is, and what can come of one. */

export interface Row {
  /** Where people deploy: `node 20`, `webpack, CommonJS`. */
  readonly name: string;
  /** A row that must pass. The others are best effort: what they find is said. */
  readonly required?: boolean;
  /**
   * Tries it, and answers what to say of it, if anything. Throws Missing or Unsupported, or any other error if the
   * package does not do there what it should.
   */
  readonly run: () => Promise<string | undefined>;
}

/** What the row needs cannot be had on this machine. */
export class Missing extends Error {}

/** The package does not work there, and says so by an error of its own. */
export class Unsupported extends Error {}

export interface Group {
  readonly name: string;
  readonly rows: readonly Row[];
}
