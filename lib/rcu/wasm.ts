/**
 * WebAssembly, without which there is no RCU. Apart from errors.ts, whose declarations are published and know nothing
 * of it.
 */
import { type Wasm, wasm } from '../base/host.js';
import { RcuError } from './errors.js';

/** WebAssembly, or RcuError (ERR_RCU_UNAVAILABLE) where there is none. */
export function requireWasm(): Wasm {
  if (wasm !== undefined) return wasm;
  throw new RcuError(
    'ERR_RCU_UNAVAILABLE',
    'RCU needs WebAssembly, which --jitless disables. Start Node.js without --jitless',
  );
}
