/** Checks of arguments, made before anything else happens. They throw as those of the facade do. */
import {
  checkBoolean,
  checkEither,
  checkInteger,
  invalidType,
  optionsObject,
  outOfRangeBy,
} from '../base/arguments.js';
import type { RcuFlavor } from '../rcu/index.js';
import { type BoundCodec, builtins, type CodecOption, codecOf } from './codec.js';

/**
 * Options of SharedCell.attach(). `attach()` ignores the other options of create(), so one object may serve both.
 */
export interface SharedCellAttachOptions<V> {
  /** As the cell was created with. Needed for a codec of your own; a built-in one is found by its name. */
  readonly codec?: CodecOption<V> | undefined;
  /** Whether `value` returns a deeply frozen object; true if it is not given. See SharedMapAttachOptions. */
  readonly freeze?: boolean | undefined;
}

/**
 * Options of SharedMap.attach(). `attach()` ignores the other options of create(), so one object may serve both.
 */
export interface SharedMapAttachOptions<V> {
  /** As the map was created with. Needed for a codec of your own; a built-in one is found by its name. */
  readonly codec?: CodecOption<V> | undefined;
  /**
   * How many decoded values this thread keeps at most, 0 to 1,048,576. Default 8,192. A kept value is returned again
   * while it is current, without being decoded. With 0 every get() decodes a value of its own.
   */
  readonly near?: number | undefined;
  /**
   * Whether get() returns deeply frozen objects; true if it is not given. A kept object is returned to every caller in
   * the thread, so changing it would change what others get. Costs about 0.3 microseconds each time a value is decoded.
   * Without effect where `near` is 0.
   */
  readonly freeze?: boolean | undefined;
}

interface CreateOptions {
  /**
   * How many bytes the collection may take, 65,536 to 4,000,000,000. They are reserved as addresses, and used as
   * needed. If the system refuses so many, fewer are reserved: `stats().maxBytes` tells how many.
   */
  readonly maxBytes?: number | undefined;
  /** How many threads may use the collection at a time, 1 to 4,096. Default 128. */
  readonly maxThreads?: number | undefined;
  /**
   * The flavor of RCU by which memory is freed. With 'memb', the default, each read of shared memory pays for a
   * section. With 'qsbr' reads pay nothing, and view() is possible. But memory is freed only when every thread that has
   * attached has returned to its event loop: so it is for threads that do. See `quiescentState()` and `offline()`.
   */
  readonly flavor?: RcuFlavor | undefined;
  /** Whether memory that is freed is overwritten, with 0xDB: whoever still reads it then notices. Default false. */
  readonly debug?: boolean | undefined;
}

/** Options of SharedMap.create(). Defaults: `maxBytes` 256 MiB, `codec` 'json'. */
export interface SharedMapOptions<V> extends SharedMapAttachOptions<V>, CreateOptions {}

/** Options of SharedCell.create(). Defaults: `maxBytes` 16 MiB, `codec` 'json'. */
export interface SharedCellOptions<V> extends SharedCellAttachOptions<V>, CreateOptions {}

/** What a thread asks for when it attaches; undefined is the default. */
export interface Attachment {
  readonly codec: BoundCodec | undefined;
  readonly near: number | undefined;
  readonly freeze: boolean | undefined;
}

export interface Creation {
  readonly attachment: Attachment;
  readonly codec: BoundCodec;
  readonly maxBytes: number;
  readonly maxThreads: number;
  readonly flavor: RcuFlavor;
  readonly poison: boolean;
}

export const LEAST_BYTES = 65_536;
const MOST_BYTES = 4_000_000_000;

/** Those of create() and of attach(): one object may serve both. */
const names = ['codec', 'near', 'freeze', 'maxBytes', 'maxThreads', 'flavor', 'debug'] as const;

export function attachmentOf(options: unknown): Attachment {
  const { codec, near, freeze } = optionsObject(options, names) as SharedMapAttachOptions<unknown>;
  if (near !== undefined) checkInteger('options.near', near, 0, 2 ** 20);
  if (freeze !== undefined) checkBoolean('options.freeze', freeze);
  return { codec: codecOf(codec), near, freeze };
}

export function creationOf(options: unknown, defaultBytes: number): Creation {
  const attachment = attachmentOf(options);
  const {
    maxBytes = defaultBytes,
    maxThreads = 128,
    flavor = 'memb',
    debug = false,
  } = (options ?? {}) as CreateOptions;
  checkInteger('options.maxBytes', maxBytes, LEAST_BYTES, MOST_BYTES);
  checkInteger('options.maxThreads', maxThreads, 1, 4096);
  checkEither('options.flavor', flavor, ['memb', 'qsbr']);
  checkBoolean('options.debug', debug);
  const codec = attachment.codec ?? builtins.json;
  return { attachment, codec, maxBytes, maxThreads, flavor, poison: debug };
}

/** In bytes: lengths are 32-bit words, of which -1 is no length. */
const LONGEST_VALUE = 2_000_000_000;

export function checkValueLength(bytes: number): void {
  if (bytes > LONGEST_VALUE) throw outOfRangeBy('value', `at most ${LONGEST_VALUE} bytes long`, `${bytes} bytes`);
}

/** In UTF-16 code units. */
export const LONGEST_KEY = 4096;

export function checkKey(key: unknown): void {
  if (typeof key === 'string') {
    if (key.length > LONGEST_KEY) throw keyTooLong(key);
  } else if (typeof key !== 'number') throw invalidKey(key);
}

export function invalidKey(key: unknown): TypeError {
  return invalidType('argument "key"', 'a string or a number', key);
}

export function keyTooLong(key: string): RangeError {
  return outOfRangeBy('argument "key"', `at most ${LONGEST_KEY} characters long`, `${key.length} characters`);
}
