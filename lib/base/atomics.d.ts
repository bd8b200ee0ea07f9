/** ECMA-262 2024, which TypeScript has in a later library than that of the oldest Node.js here. */
interface Atomics {
  waitAsync(
    view: Int32Array,
    index: number,
    value: number,
    timeout?: number,
  ): { async: false; value: 'not-equal' | 'timed-out' } | { async: true; value: Promise<'ok' | 'timed-out'> };
}
