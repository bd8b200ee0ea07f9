/**
 * Checks of arguments that every layer makes, before anything else happens. They throw TypeError (ERR_INVALID_ARG_TYPE)
 * or RangeError (ERR_OUT_OF_RANGE), as Node.js does, and name the offending value. Values are looked at and not
 * converted.
 */
import { describe } from './describe.js';

/** What the system call takes: an int32. Not -0, whose sign it would lose. */
export function checkInt32(name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw invalidType(`argument "${name}"`, 'a number', value);
  if (!Object.is(value | 0, value))
    throw outOfRange(`argument "${name}"`, 'an integer from -2147483648 to 2147483647', value);
}

export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw invalidType(`argument "${name}"`, 'a function', value);
}

/**
 * By what it does, as Node.js itself does: another realm, and a test runner's environment, have classes of their own.
 */
export function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}

/**
 * The options, or none. Refuses names that are not among `known`: a misspelled option would be without effect. Throws
 * TypeError (ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE).
 */
export function optionsObject(options: unknown, known: readonly string[]): object {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) throw invalidType('argument "options"', 'an object', options);
  if (known.includes('signal') && isAbortSignal(options)) {
    throw invalidType('argument "options"', 'an object with the signal in it, { signal }', options);
  }
  for (const name of Object.keys(options)) if (!known.includes(name)) throw unknownOption(name, known);
  return options;
}

function unknownOption(name: string, known: readonly string[]): TypeError {
  const meant = known.find((other) => other.toLowerCase() === name.toLowerCase());
  const advice = meant === undefined ? `The options are: ${known.join(', ')}` : `Did you mean "${meant}"?`;
  const error = new TypeError(`There is no option ${describe(name)}. ${advice}`);
  return Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' as const });
}

/** Of a property; both bounds are allowed. */
export function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number') throw invalidType(`property "${name}"`, 'a number', value);
  if (Number.isInteger(value) && !Object.is(value, -0) && value >= least && value <= most) return;
  throw outOfRange(`property "${name}"`, `an integer from ${least} to ${most}`, value);
}

/** One of two strings. */
export function checkEither<const T extends string>(
  name: string,
  value: unknown,
  [one, other]: readonly [T, T],
): asserts value is T {
  if (typeof value !== 'string') throw invalidType(`property "${name}"`, 'a string', value);
  if (value !== one && value !== other) throw outOfRange(`property "${name}"`, `'${one}' or '${other}'`, value);
}

export function checkBoolean(name: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') throw invalidType(`property "${name}"`, 'a boolean', value);
}

export function invalidType(
  what: string,
  expected: string,
  value: unknown,
): TypeError & { code: 'ERR_INVALID_ARG_TYPE' } {
  const error = new TypeError(`The ${what} must be ${expected}. Received ${describe(value)}`);
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' as const });
}

export function outOfRange(what: string, expected: string, value: unknown): RangeError & { code: 'ERR_OUT_OF_RANGE' } {
  return outOfRangeBy(what, expected, describe(value));
}

/** As outOfRange, where not the value is shown but something of it, such as a length. */
export function outOfRangeBy(what: string, expected: string, shown: string): RangeError & { code: 'ERR_OUT_OF_RANGE' } {
  const error = new RangeError(`The ${what} must be ${expected}. Received ${shown}`);
  return Object.assign(error, { code: 'ERR_OUT_OF_RANGE' as const });
}
