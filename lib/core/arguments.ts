/**
 * Checks of commands and of their options, made before anything else happens. The one thing read of the options is
 * `cpu`, once.
 */
import { invalidType, outOfRange } from '../base/arguments.js';
import { type Registrable, registrables } from './commands.js';
import { possibleCpus } from './cpus.js';

/** Options of an RSEQ barrier. */
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
    const error = new TypeError(
      'Reading the property "options.cpu" threw an error (see the cause). Pass a plain object',
    );
    throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' as const, cause });
  }
  throw invalidType('argument "options"', 'an object or undefined', options);
}

/** The commands other than RSEQ take no options: one that names a CPU asked for something else than it would get. */
export function checkNoCpu(options: unknown): void {
  const cpu = cpuOf(options);
  if (cpu === undefined) return;
  throw invalidType('property "options.cpu"', 'undefined (only PRIVATE_EXPEDITED_RSEQ takes a CPU)', cpu);
}
