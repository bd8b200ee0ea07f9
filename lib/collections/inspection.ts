/**
 * How Node.js shows a SharedMap, as it shows a Map, with the first entries of a large one; and a SharedCell, with its
 * value. No members in the text of the classes, whose types would need Node.js's own.
 */
import { inspect } from '../base/host.js';
import { CollectionError } from './errors.js';

interface ShownMap {
  readonly size: number;
  readonly entries: () => Iterable<readonly [unknown, unknown]>;
}

interface ShownCell {
  readonly value: unknown;
  readonly version: number;
}

interface Options {
  readonly maxArrayLength?: number | null;
  readonly depth?: number;
}

/** As Node.js has it for a Map. */
const MOST = 100;

/** Gives the class's objects this look. */
export function showAsMap(prototype: ShownMap): void {
  show(prototype, 'SharedMap', showMap);
}

export function showAsCell(prototype: ShownCell): void {
  show(
    prototype,
    'SharedCell',
    ({ value, version }, options) => `SharedCell(${version}) { ${inspect(value, options)} }`,
  );
}

function show<T extends object>(prototype: T, name: string, whole: (of: T, options: Options) => string): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: T, depth: number, options: Options) {
      if (depth < 0) return `[${name}]`;
      try {
        return whole(this, { ...options, depth });
      } catch (error) {
        if (error instanceof CollectionError) return `${name} { ${error.code} }`;
        throw error;
      }
    },
  });
}

function showMap(map: ShownMap, options: Options): string {
  const { maxArrayLength = MOST } = options;
  const most = maxArrayLength ?? Number.POSITIVE_INFINITY;
  const shown = new Map<unknown, unknown>();
  for (const [key, value] of map.entries()) {
    if (shown.size >= most) break;
    shown.set(key, value);
  }
  const text = inspect(shown, options).replace(/^Map\(\d+\)/, `SharedMap(${map.size})`);
  const more = map.size - shown.size;
  return more > 0 ? text.replace(/\s*}$/, `, ... ${more} more items }`) : text;
}
