/** Checks of arguments, made before anything else happens. They throw as those of the facade do. */
import type { Signal } from '../base/abort-signal.js';
import {
  checkBoolean,
  checkEither,
  checkInteger,
  invalidType,
  isAbortSignal,
  optionsObject,
} from '../base/arguments.js';
import type { Flavor } from './flavor.js';
import type { DomainConfig } from './memory.js';

/** Options of RcuDomain.create(). */
export interface RcuOptions {
  /**
   * How readers say that they hold no reference: 'memb', the default, by the end of a section; 'qsbr' by returning to
   * the event loop. With 'qsbr' a section costs nothing, and a grace period lasts as long as the longest callback.
   */
  readonly flavor?: Flavor | undefined;
  /**
   * Whether the qsbr flavor checks what costs more than the section itself: sections while offline, and offline(),
   * quiescentState() or synchronizeSync() inside a section. Default false. The memb flavor checks always.
   */
  readonly debug?: boolean | undefined;
  /**
   * How many readers may be registered at a time, in all threads: 1 to 65536, 128 bytes of memory each. Default 128.
   */
  readonly maxReaders?: number | undefined;
  /** After how many milliseconds a waiting grace period emits a warning. Default 10,000. */
  readonly stallTimeout?: number | undefined;
  /**
   * How many bytes of the domain's memory are for your own data, for WebAssembly that has no other shared memory: see
   * `imports.data`. Default 0.
   */
  readonly bytes?: number | undefined;
}

/** Options of registerReader(). */
export interface ReaderOptions {
  /**
   * The name of the reader in stall warnings. Default: the worker's name, which Node.js tells from 22.20 and 24.6 on.
   */
  readonly name?: string | undefined;
}

/** Options of synchronize(). */
export interface WaitOptions {
  /** Ends the wait when it is aborted: the promise rejects with the signal's reason. The grace period goes on. */
  readonly signal?: Signal | undefined;
}

const domainOptions = ['flavor', 'debug', 'maxReaders', 'stallTimeout', 'bytes'] as const;

export function configOf(options: unknown): DomainConfig {
  const {
    flavor = 'memb',
    debug = false,
    maxReaders = 128,
    stallTimeout = 10_000,
    bytes = 0,
  } = optionsObject(options, domainOptions) as RcuOptions;
  checkEither('options.flavor', flavor, ['memb', 'qsbr']);
  checkBoolean('options.debug', debug);
  checkInteger('options.maxReaders', maxReaders, 1, 65_536);
  checkInteger('options.stallTimeout', stallTimeout, 1, 2 ** 31 - 1);
  checkInteger('options.bytes', bytes, 0, 2 ** 32 - 2 ** 24);
  return { flavor, debug, maxReaders, stallTimeout, bytes };
}

export function nameOf(options: unknown): string | undefined {
  const { name } = optionsObject(options, ['name']) as ReaderOptions;
  if (name === undefined || typeof name === 'string') return name;
  throw invalidType('property "options.name"', 'a string', name);
}

export function signalOf(options: unknown): Signal | undefined {
  if (options === undefined) return undefined;
  const { signal } = optionsObject(options, ['signal']) as WaitOptions;
  if (signal === undefined || isAbortSignal(signal)) return signal;
  throw invalidType('property "options.signal"', 'an AbortSignal', signal);
}
