/**
 * Checks of arguments, made before anything else happens. They throw TypeError (ERR_INVALID_ARG_TYPE) or RangeError
 * (ERR_OUT_OF_RANGE), as Node.js does, and name the offending value. Values are looked at and not converted; the one thing
 * read of them is `cpu`, once.
 */
import { type Registrable, registrables } from './commands.js';
import { possibleCpus } from './cpus.js';

export interface RseqOptions {
  /**
   * Reach this CPU only: an integer from 0 to the highest possible CPU of the machine. A CPU that is offline, or that
   * runs another process, has nothing to be reached: the barrier then succeeds without an interrupt.
   */
  readonly cpu?: number | undefined;
}

export function checkRegistrable(value: unknown): asserts value is Registrable {
  checkOneOf('command', value, registrables);
}

export function checkOneOf(name: string, value: unknown, allowed: readonly string[], note?: string): void {
  if (typeof value !== 'string') throw invalidType(`argument "${name}"`, 'a string, the name of a command', value);
  if (allowed.includes(value)) return;
  const expected = `one of ${allowed.join(', ')}${note === undefined ? '' : ` (${note})`}`;
  throw outOfRange(`argument "${name}"`, expected, value);
}

/** What the system call takes: an int32. Not -0, whose sign it would lose. */
export function checkInt32(name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw invalidType(`argument "${name}"`, 'a number', value);
  if (!Object.is(value | 0, value))
    throw outOfRange(`argument "${name}"`, 'an integer from -2147483648 to 2147483647', value);
}

/** The CPU that the options of an RSEQ barrier name, if they do. */
export function cpuOf(options: unknown): number | undefined {
  if (options === undefined) return undefined;
  const cpu = readCpu(options);
  if (cpu === undefined) return undefined;
  if (typeof cpu !== 'number') throw invalidType('property "options.cpu"', 'a number or undefined', cpu);
  // The kernel answers success for a CPU that does not exist, and takes a negative one for "all".
  const cpus = possibleCpus();
  if (Object.is(cpu, -0) || !cpus.has(cpu)) {
    throw outOfRange('property "options.cpu"', `a CPU of this machine, an integer from 0 to ${Math.max(...cpus)}`, cpu);
  }
  return cpu;
}

function readCpu(options: unknown): unknown {
  try {
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
      return (options as { cpu?: unknown }).cpu;
    }
  } catch (cause) {
    const error = invalidType('property "options.cpu"', 'readable', options);
    throw Object.assign(error, { cause });
  }
  throw invalidType('argument "options"', 'an object or undefined', options);
}

/** The commands other than RSEQ take no options: one that names a CPU asked for something else than it would get. */
export function checkNoCpu(options: unknown): void {
  const cpu = cpuOf(options);
  if (cpu === undefined) return;
  throw invalidType('property "options.cpu"', 'undefined (only PRIVATE_EXPEDITED_RSEQ takes a CPU)', cpu);
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
  const error = new RangeError(`The ${what} must be ${expected}. Received ${describe(value)}`);
  return Object.assign(error, { code: 'ERR_OUT_OF_RANGE' as const });
}

/** Not util.inspect(), which may run code of the value. */
function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'string') return JSON.stringify(shorten(value));
  if (typeof value === 'bigint') return `${shorten(String(value))}n`;
  return Object.is(value, -0) ? '-0' : shorten(String(value));
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
