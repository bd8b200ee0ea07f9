/**
 * A shared WebAssembly.Memory, as far as the package needs it. Published types name this one, since a compiler without
 * the DOM's library does not know WebAssembly.
 */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}
