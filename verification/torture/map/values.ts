/** Values of the map's torture test, for each codec: a version and so much else that a torn value shows. */
import type { CodecOption } from 'node-membarrier/collections';
import type { CodecName } from './board.js';

interface Record {
  readonly key: number;
  readonly version: number;
  readonly fill: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function codecNamed(name: CodecName): CodecOption<unknown> {
  if (name !== 'own') return name;
  return {
    name,
    encode: (value) => encoder.encode(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(decoder.decode(bytes)) as unknown,
  };
}

export function makeValue(codec: CodecName, key: number, version: number, length: number): unknown {
  const record: Record = { key, version, fill: fillOf(key, version, length) };
  if (codec === 'string') return JSON.stringify(record);
  return codec === 'bytes' ? encoder.encode(JSON.stringify(record)) : record;
}

/** Its version; throws if it is torn. */
export function versionOf(codec: CodecName, key: number, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const record = recordOf(codec, value);
  if (record.key !== key || record.fill !== fillOf(key, record.version, record.fill.length)) {
    throw new Error(`torn: key ${key} has ${JSON.stringify(value).slice(0, 200)}`);
  }
  return record.version;
}

function recordOf(codec: CodecName, value: unknown): Record {
  if (codec === 'json' || codec === 'own') return value as Record;
  const text = codec === 'string' ? (value as string) : decoder.decode(value as Uint8Array);
  try {
    return JSON.parse(text) as Record;
  } catch {
    throw new Error(`torn: ${text.slice(0, 200)}`);
  }
}

function fillOf(key: number, version: number, length: number): string {
  return String.fromCharCode(97 + ((key * 31 + version) % 26)).repeat(length);
}
