/**
 * How values become bytes and come back. 'json', 'string' and 'bytes' are built in. An object { name, encode, decode }
 * brings its own; its name is stored with the collection, and attach() compares it.
 */
import { invalidType, outOfRange } from '../base/arguments.js';
import { describe } from '../base/describe.js';
import { encodeInto, parseJson, toJson } from '../base/host.js';
import { buffer, byteOffset, length, type } from '../base/typed-arrays.js';
import { CollectionError, nameOfKey } from './errors.js';

/** A codec of your own: how values become bytes, and bytes values. */
export interface Codec<V> {
  /**
   * 1 to 60 bytes of UTF-8, and not 'json', 'string' or 'bytes'. Every thread must attach with a codec of this name.
   */
  readonly name: string;
  /** The bytes of a value. They are copied at once. What it throws becomes ERR_COLLECTION_ENCODE. */
  readonly encode: (value: V) => Uint8Array;
  /** The value of such bytes, which are a copy of its own. What it throws becomes ERR_COLLECTION_DECODE. */
  readonly decode: (bytes: Uint8Array) => V;
}

/**
 * - 'json': what JSON can represent; NaN becomes null, a Date a string, a Map {}.
 * - 'string': strings, exactly, lone surrogates included.
 * - 'bytes': Uint8Arrays. Every read returns a copy.
 */
export type BuiltinCodec = 'json' | 'string' | 'bytes';

/** A built-in codec by its name, or one of your own. */
export type CodecOption<V> = BuiltinCodec | Codec<V>;

/** What is stored of a value. */
export type Encoded = string | Uint8Array;

/** A codec as the collections use it: errors are typed, and name the key. */
export interface BoundCodec {
  readonly name: string;
  /** The user's own object, or undefined for a built-in codec. */
  readonly own: Codec<unknown> | undefined;
  /** Whether a decoded value may be kept and returned again. Not bytes, which nobody can freeze. */
  readonly isShared: boolean;
  readonly encode: (value: unknown, key: string | number | undefined) => Encoded;
  readonly decode: (stored: Encoded, key: string | number | undefined) => unknown;
}

export const NAME_BYTES = 60;

export const builtins: Record<BuiltinCodec, BoundCodec> = {
  json: {
    name: 'json',
    own: undefined,
    isShared: true,
    encode: (value, key) => {
      let text: string | undefined;
      try {
        text = toJson(value);
      } catch (cause) {
        throw encodeError('json', key, cause);
      }
      if (typeof text === 'string') return text;
      throw encodeError('json', key, undefined, `JSON has no ${typeof value}`);
    },
    decode: (stored, key) => {
      try {
        return parseJson(stored as string);
      } catch (cause) {
        throw decodeError('json', key, cause);
      }
    },
  },
  string: {
    name: 'string',
    own: undefined,
    isShared: true,
    encode: (value, key) => {
      if (typeof value === 'string') return value;
      throw encodeError('string', key, undefined, `the value must be a string. Received ${describe(value)}`);
    },
    decode: (stored) => stored,
  },
  bytes: {
    name: 'bytes',
    own: undefined,
    isShared: false,
    encode: (value, key) => {
      if (isBytes(value)) return fixedView(value);
      throw encodeError('bytes', key, undefined, `the value must be a Uint8Array. Received ${describe(value)}`);
    },
    decode: (stored) => stored,
  },
};

/** Of an option; undefined if it was not given. */
export function codecOf(option: unknown): BoundCodec | undefined {
  if (option === undefined) return undefined;
  if (typeof option === 'string') {
    if (Object.hasOwn(builtins, option)) return builtins[option as BuiltinCodec];
    throw outOfRange('property "options.codec"', "'json', 'string', 'bytes' or an object", option);
  }
  const { name, encode, decode } = (option ?? {}) as Partial<Codec<unknown>>;
  if (typeof name !== 'string' || typeof encode !== 'function' || typeof decode !== 'function') {
    throw invalidType(
      'property "options.codec"',
      "'json', 'string', 'bytes' or an object { name, encode, decode }",
      option,
    );
  }
  if (Object.hasOwn(builtins, name) || !isNameOfRightLength(name)) {
    throw outOfRange(
      'property "options.codec.name"',
      `1 to ${NAME_BYTES} bytes long, and not that of a built-in`,
      name,
    );
  }
  return bind(option as Codec<unknown>);
}

/** The built-in codec of this name, if there is one. */
export function builtinCodec(name: string): BoundCodec | undefined {
  return Object.hasOwn(builtins, name) ? builtins[name as BuiltinCodec] : undefined;
}

function isNameOfRightLength(name: string): boolean {
  const bytes = new Uint8Array(NAME_BYTES + 4);
  const { written } = encodeInto(name, bytes);
  return written > 0 && written <= NAME_BYTES;
}

function bind(codec: Codec<unknown>): BoundCodec {
  const { name } = codec;
  return {
    name,
    own: codec,
    isShared: true,
    encode: (value, key) => {
      let bytes: unknown;
      try {
        bytes = codec.encode(value);
      } catch (cause) {
        throw encodeError(name, key, cause);
      }
      if (isBytes(bytes)) return fixedView(bytes);
      throw encodeError(name, key, undefined, `its encode() must return a Uint8Array, and returned ${describe(bytes)}`);
    },
    decode: (stored, key) => {
      try {
        return codec.decode(stored as Uint8Array);
      } catch (cause) {
        throw decodeError(name, key, cause);
      }
    },
  };
}

/** By what it is: another realm has a class of its own. */
export function isBytes(value: unknown): value is Uint8Array {
  return type.get?.call(value) === 'Uint8Array';
}

/** The same bytes, of a length that stays: not that of a subclass, nor of a buffer that grows meanwhile. */
function fixedView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(
    buffer.get?.call(bytes) as ArrayBufferLike,
    byteOffset.get?.call(bytes) as number,
    length.get?.call(bytes) as number,
  );
}

function encodeError(codec: string, key: string | number | undefined, cause: unknown, why?: string): CollectionError {
  const what = key === undefined ? 'the value' : `the value for key ${nameOfKey(key)}`;
  const reason = why ?? (cause instanceof Error ? cause.message : String(cause));
  const message = `The codec ${JSON.stringify(codec)} cannot encode ${what}: ${reason}. Nothing was changed`;
  return new CollectionError('ERR_COLLECTION_ENCODE', message, why === undefined ? { cause } : undefined);
}

function decodeError(codec: string, key: string | number | undefined, cause: unknown): CollectionError {
  const what = key === undefined ? 'the value' : `the value for key ${nameOfKey(key)}`;
  const message =
    `The codec ${JSON.stringify(codec)} cannot decode ${what} (see the cause). Pass the same codec to attach() ` +
    'in all threads';
  return new CollectionError('ERR_COLLECTION_DECODE', message, { cause });
}
