/**
 * What the host provides, taken when the package is imported. Test runners replace timers and clocks later on (fake
 * timers), and their browser environments replace or remove other globals. The library must not call those. oxlint
 * refuses the globals in lib/.
 *
 * Timers come from node:timers. It keeps the real ones where only the globals were faked before the import. Some
 * libraries of fake timers replace those of node:timers as well: then the package has to be imported first.
 */

// By the feature, not by the version: other runtimes have versions of their own.
if (typeof globalThis.process?.getBuiltinModule !== 'function') {
  const message =
    'node-membarrier needs process.getBuiltinModule, which this runtime lacks. Use Node.js 20.19, 22.12 or later';
  throw Object.assign(new Error(message), { code: 'ERR_MEMBARRIER_RUNTIME' });
}

/** A module of Node.js, without an import statement, which would load it for every program. */
export const builtin: typeof process.getBuiltinModule = process.getBuiltinModule.bind(process);
export const emitWarning: typeof process.emitWarning = process.emitWarning.bind(process);

export const { setImmediate, setInterval, clearInterval, setTimeout } = builtin('node:timers');

/**
 * Calls a function that does not throw, in a microtask. A tenth of the cost of queueMicrotask(), which makes an
 * AsyncResource.
 */
export const runInMicrotask: (call: () => void) => void = Promise.prototype.then.bind(Promise.resolve());

const { hrtime } = process;
/** In milliseconds. Not performance.now(): Node.js takes 1.5 ms to load node:perf_hooks. */
export function now(): number {
  const [seconds, nanoseconds] = hrtime();
  return 1000 * seconds + nanoseconds / 1_000_000;
}

const { TextDecoder, TextEncoder } = builtin('node:util');
const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const encodeInto: (text: string, into: Uint8Array) => { read: number; written: number } =
  encoder.encodeInto.bind(encoder);
export const decode: (bytes: Uint8Array) => string = decoder.decode.bind(decoder);

export type Wasm = typeof WebAssembly;

/** Undefined under --jitless. */
export const wasm: Wasm | undefined = typeof WebAssembly === 'object' ? takeWasm() : undefined;

function takeWasm(): Wasm {
  const { Memory, Module, Instance, LinkError } = WebAssembly;
  return { Memory, Module, Instance, LinkError };
}

/** Carries the async context of a caller (AsyncLocalStorage) to where its callback runs. */
export const { AsyncResource, executionAsyncId } = builtin('node:async_hooks');

/**
 * Throws in the next turn of the event loop, where nobody catches it: the process's 'uncaughtException', in the
 * caller's async context.
 */
export function throwUncaught(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

export const { random } = Math;

export const { parse: parseJson, stringify: toJson } = JSON;

export const { Buffer } = builtin('node:buffer');
export const { inspect, types } = builtin('node:util');
