/**
 * A thread's own area of the shared memory: how keys and values get into it, and text and bytes out of the memory. Text
 * is stored as ASCII where it is ASCII, otherwise as UTF-16, so that every string comes back exactly.
 */
import { Buffer, encodeInto } from '../base/host.js';
import { invalidKey, keyTooLong, LONGEST_KEY } from './arguments.js';
import type { Encoded } from './codec.js';
import type { TableInstance } from './memory.js';

/** Of a key. */
const KeyKind = { ASCII: 0, UTF_16: 1, NUMBER: 2, NAN: 3 } as const;

/** Of a value. */
const ValueKind = { BYTES: 0, ASCII: 1, UTF_16: 2 } as const;

const MOST_VIEWS = 512;

/** Up to this, a loop is faster than a call into Node.js. */
const SHORT = 16;

export class Scratch {
  readonly address: number;
  /** Of the key that was written last. */
  kind: number = KeyKind.ASCII;
  /** Of the value that was written last. */
  valueKind: number = ValueKind.BYTES;
  readonly #bytes: Buffer;
  readonly #number: DataView;
  /** The key, and the value, in this scratch. */
  readonly #keyAt: number;
  readonly #key: Uint8Array;
  readonly valueAt: number;
  readonly #value: Uint8Array;
  /** The beginning of the value, by length: to make a view takes longer than to copy it. */
  readonly #views: (Uint8Array | undefined)[] = [];

  constructor({ memory, at, steps }: TableInstance, slotIndex: number) {
    const { buffer } = memory;
    this.address = at + steps.SCRATCHES.value + slotIndex * steps.SCRATCH_SIZE.value;
    this.#bytes = Buffer.from(buffer);
    this.#number = new DataView(buffer);
    this.#keyAt = this.address + steps.KEY.value;
    this.#key = new Uint8Array(buffer, this.#keyAt, steps.KEY_BYTES.value);
    this.valueAt = this.address + steps.VALUE.value;
    this.#value = new Uint8Array(buffer, this.valueAt, steps.VALUE_BYTES.value);
  }

  /** Its length in bytes; `kind` says what they are. */
  writeKey(key: unknown): number {
    if (typeof key === 'string') return key.length <= SHORT ? this.#writeShortKey(key) : this.#writeLongKey(key);
    if (typeof key !== 'number') throw invalidKey(key);
    if (Number.isNaN(key)) {
      this.kind = KeyKind.NAN;
      return 0;
    }
    this.kind = KeyKind.NUMBER;
    this.#number.setFloat64(this.#keyAt, key + 0, true); // -0 becomes 0
    return 8;
  }

  #writeShortKey(key: string): number {
    const bytes = this.#key;
    const { length } = key;
    let all = 0;
    for (let i = 0; i < length; i++) {
      const unit = key.charCodeAt(i);
      all |= unit;
      bytes[i] = unit;
    }
    if (all >= 128) return this.#writeWideKey(key);
    this.kind = KeyKind.ASCII;
    return length;
  }

  #writeLongKey(key: string): number {
    const { length } = key;
    if (length > LONGEST_KEY) throw keyTooLong(key);
    if (!isAllAscii(key, this.#key)) return this.#writeWideKey(key);
    this.kind = KeyKind.ASCII;
    return length;
  }

  #writeWideKey(key: string): number {
    this.kind = KeyKind.UTF_16;
    return this.#bytes.write(key, this.#keyAt, key.length * 2, 'utf16le');
  }

  /** Its length in bytes, or -1 if it does not fit. */
  writeValue(value: Encoded): number {
    const { length } = value;
    const room = this.#value.length;
    if (typeof value !== 'string') {
      if (length > room) return -1;
      this.#value.set(value);
      this.valueKind = ValueKind.BYTES;
      return length;
    }
    if (2 * length > room) return -1;
    if (isAllAscii(value, this.#value)) {
      this.valueKind = ValueKind.ASCII;
      return length;
    }
    this.valueKind = ValueKind.UTF_16;
    return this.#bytes.write(value, this.valueAt, length * 2, 'utf16le');
  }

  /** The length in bytes of a value that does not fit; sets `valueKind`. */
  measure(value: Encoded): number {
    const { length } = value;
    if (typeof value !== 'string') {
      this.valueKind = ValueKind.BYTES;
      return length;
    }
    const isAscii = Buffer.byteLength(value) === length;
    this.valueKind = isAscii ? ValueKind.ASCII : ValueKind.UTF_16;
    return isAscii ? length : 2 * length;
  }

  /** Writes the key of the scratch and a measured value to `place`. */
  writeRecord(place: number, keyLength: number, value: Encoded): void {
    this.#bytes.copyWithin(place, this.#keyAt, this.#keyAt + keyLength);
    const behind = place + keyLength;
    if (typeof value !== 'string') this.#bytes.set(value, behind);
    else if (this.valueKind === ValueKind.ASCII) this.#bytes.write(value, behind, value.length, 'latin1');
    else this.#bytes.write(value, behind, value.length * 2, 'utf16le');
  }

  /** Copies the key and the value of the scratch to `place`. */
  copyRecord(place: number, keyLength: number, valueLength: number): void {
    this.#bytes.copyWithin(place, this.#keyAt, this.#keyAt + keyLength);
    this.#bytes.copyWithin(place + keyLength, this.valueAt, this.valueAt + valueLength);
  }

  /** What is in the scratch, to be put back after code that may use it. */
  save(): () => void {
    const { kind, valueKind } = this;
    const [key, value] = [this.#key.slice(), this.#value.slice()];
    return () => {
      this.kind = kind;
      this.valueKind = valueKind;
      this.#key.set(key);
      this.#value.set(value);
    };
  }

  /** The key of these bytes. */
  readKey(kind: number, begin: number, length: number): string | number {
    if (kind === KeyKind.NUMBER) return this.#number.getFloat64(begin, true);
    if (kind === KeyKind.NAN) return Number.NaN;
    return this.#readText(kind === KeyKind.ASCII, begin, begin + length);
  }

  /** What is stored in these bytes, as a copy. */
  readValue(kind: number, begin: number, length: number): Encoded {
    if (kind === ValueKind.BYTES) return new Uint8Array(this.#bytes.subarray(begin, begin + length));
    return this.#readText(kind === ValueKind.ASCII, begin, begin + length);
  }

  #readText(isAscii: boolean, begin: number, end: number): string {
    return this.#bytes.toString(isAscii ? 'latin1' : 'utf16le', begin, end);
  }

  /** Copies so many bytes of the value in the scratch. */
  copyValue(into: Uint8Array, length: number): void {
    const view = this.#views[length] ?? this.#value.subarray(0, length);
    if (length < MOST_VIEWS) this.#views[length] = view;
    into.set(view);
  }

  /** The memory itself, which others may change. */
  view(begin: number, length: number): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, begin, length);
  }
}

/** Writes text as UTF-8, which is as long as the text only if that is ASCII. */
function isAllAscii(text: string, into: Uint8Array): boolean {
  const { read, written } = encodeInto(text, into);
  return read === text.length && written === text.length;
}
