/**
 * Freezes a value and all that it holds: plain objects and arrays. The near cache returns one object to all readers of
 * a thread, so nobody may change it. Objects with state of their own (Date, Map, typed arrays) cannot be frozen and
 * stay as they are.
 */

/** A value that nobody may change, as TypeScript sees it: every property is readonly, at any depth. */
export type DeepReadonly<T> = T extends string | number | boolean | bigint | symbol | null | undefined
  ? T
  : T extends (...args: never[]) => unknown
    ? T
    : T extends Date | RegExp | ArrayBufferView | ArrayBuffer | SharedArrayBuffer
      ? T
      : T extends ReadonlyMap<infer K, infer V>
        ? ReadonlyMap<DeepReadonly<K>, DeepReadonly<V>>
        : T extends ReadonlySet<infer U>
          ? ReadonlySet<DeepReadonly<U>>
          : { readonly [K in keyof T]: DeepReadonly<T[K]> };

const { freeze, isFrozen, values, getPrototypeOf, prototype } = Object;
const { isArray } = Array;

/** Without recursion: JSON may be nested deeper than the stack. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const rest: object[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (isFrozen(next) || !isPlain(next)) continue;
    freeze(next);
    for (const inner of values(next)) if (typeof inner === 'object' && inner !== null) rest.push(inner);
  }
  return value;
}

function isPlain(value: object): boolean {
  if (isArray(value)) return true;
  const above: object | null = getPrototypeOf(value);
  return above === prototype || above === null || getPrototypeOf(above) === null;
}
