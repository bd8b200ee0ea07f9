/** Of this machine. */
export const isLittleEndian: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A word as a view in JavaScript has it, in the machine's byte order; WebAssembly's is little-endian. */
export function asViewed(word: number): number {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setInt32(0, word, true);
  return new Int32Array(bytes.buffer)[0] as number;
}
