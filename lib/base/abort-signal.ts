/**
 * AbortSignal, where the compiler knows it. Published types name this one: a compiler with neither the DOM's library
 * nor @types/node takes any object.
 */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : object;
