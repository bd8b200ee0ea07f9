/** What a mutant is. */
export interface Mutant {
  readonly name: string;
  /** Below dist/lib/, or a text of WebAssembly or C++ below the clone. */
  readonly file: string;
  readonly edits: readonly (readonly [text: string, instead: string])[];
  /** Those that may notice it, in this order. */
  readonly tests: readonly string[];
  /** Why it need not be noticed. */
  readonly survives?: string;
}
