/**
 * Any call may find that the stack is at its end, and throw RangeError. A function that takes several steps on shared state
 * asks before the first one whether there is room for all of them. So it throws then, or not at all.
 */

/**
 * Pushed on the stack, they take 64 KB. The steps need a hundredth of that; but to compile one that it has not compiled yet, or whose
 * code it has thrown away, V8 wants 40 KB (measured in Node.js 20 to 26).
 */
const room: readonly undefined[] = Array.from({ length: 8192 }, () => undefined);

const { apply } = Reflect;

function nothing(): void {}

/** Throws RangeError where less than 64 KB of stack are left. 3 to 7 microseconds. */
export function requireStack(): void {
  apply(nothing, undefined, room);
}
