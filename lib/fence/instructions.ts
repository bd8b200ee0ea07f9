/**
 * What fences are made of, as functions of this thread: a fence for the compiler alone, and a full one.
 *
 * Both are WebAssembly (fence.wat). Where there is none, as under --jitless, or where its memory cannot be had, the
 * compiler's fence is Atomics.load, which costs 6 to 9 ns, and the full one the addon's.
 */

import { loaded } from '../addon/binding.js';
import { wasm } from '../base/host.js';
import { bytes } from './fence.wasm.js';

export interface Instructions {
  /**
   * Keeps every access before it in program order before every access after it, for the compiler alone: the processor
   * may still reorder them.
   */
  readonly compilerFence: () => void;
  /** The same for compiler and processor. Undefined where this thread has neither WebAssembly nor the addon. */
  readonly fullFence: (() => void) | undefined;
}

/** Whether a full fence is made of a compare-and-swap as well: on s390x V8 emits nothing for atomic.fence. */
export const FENCE_BY_CAS: 0 | 1 = process.arch === 's390x' ? 1 : 0;

let instructions: Instructions | undefined;

export function instructionsOfThisThread(): Instructions {
  instructions ??= fromWebAssembly() ?? fromAtomics();
  return instructions;
}

function fromWebAssembly(): Instructions | undefined {
  try {
    if (wasm === undefined) return undefined;
    const imports = { processor: { fenceByCas: FENCE_BY_CAS } };
    return new wasm.Instance(new wasm.Module(bytes), imports).exports as unknown as Instructions;
  } catch {
    return undefined;
  }
}

function fromAtomics(): Instructions {
  const word = new Int32Array(new SharedArrayBuffer(4));
  return { compilerFence: () => void Atomics.load(word, 0), fullFence: loaded.binding?.fullFence };
}
