/**
 * The part of WebAssembly's JavaScript API that is used here; TypeScript has it only together with all of a browser's.
 */
declare namespace WebAssembly {
  // oxlint-disable-next-line typescript/no-extraneous-class -- as the specification has it
  class Module {
    constructor(bytes: Uint8Array);
  }

  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: SharedArrayBuffer;
  }

  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }

  class LinkError extends Error {}
}
