/**
 * Any call may find the stack at its end, and throw RangeError. A function that takes several steps on shared state
 * asks first whether there is room for all of them. So it throws before the first step, or not at all.
 */

/**
 * Pushed on the stack, they take 64 KB. The steps need less than one. But V8 wants 40 KB to compile a function that it
 * has not compiled yet, or whose code it has thrown away (measured in Node.js 20 to 26).
 */
const room: readonly undefined[] = new Array<undefined>(8192).fill(undefined);

const { apply } = Reflect;

function nothing(): void {}

/** Throws RangeError where less than 64 KB of stack are left. 3 to 7 microseconds. */
export function requireStack(): void {
  apply(nothing, undefined, room);
}
