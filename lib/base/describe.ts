/** A value as an error message shows it. Runs no code of the value: neither a getter nor a proxy's trap. */
import { toJson, types } from './host.js';
import { buffer } from './typed-arrays.js';

const { isProxy, isTypedArray, isSharedArrayBuffer } = types;

export function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return describeObject(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'string') return toJson(shorten(value));
  if (typeof value === 'bigint') return `${shorten(String(value))}n`;
  return Object.is(value, -0) ? '-0' : shorten(String(value));
}

/** A string of at most 100 characters, and three dots where something is missing. */
function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

function describeObject(value: object): string {
  if (isProxy(value)) return 'a Proxy';
  const name = classNameOf(value);
  if (name === undefined || name === 'Object') return 'an object';
  const instance = `an instance of ${name}`;
  // Views of the wrong memory look like those of the right one.
  if (!isTypedArray(value)) return instance;
  return `${instance} on ${isSharedArrayBuffer(buffer.get?.call(value)) ? 'a SharedArrayBuffer' : 'an ArrayBuffer'}`;
}

function classNameOf(value: object): string | undefined {
  const name = ownValue(ownValue(Object.getPrototypeOf(value), 'constructor'), 'name');
  return typeof name === 'string' && name !== '' ? shorten(name) : undefined;
}

function ownValue(object: unknown, name: string): unknown {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null || isProxy(object)) {
    return undefined;
  }
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}
