/** The steps that a thread takes on the words of a table, as functions of this thread: an instance of table.wat. */
import { asViewed } from '../base/byte-order.js';
import { type Wasm, wasm } from '../base/host.js';
import type { SharedMemory } from '../base/shared-memory.js';
import type { Strategy } from '../fence/fence-strategy.js';
import { FENCE_BY_CAS } from '../fence/instructions.js';
import { tokenOfThisThread } from '../fence/token.js';
import { bytes as symmetricBytes } from './table.symmetric.wasm.js';
import { bytes } from './table.wasm.js';

/** What `mutate` answers. */
export enum Answer {
  DONE = 0,
  BUSY = 1,
  GROW = 2,
  FULL = 3,
  EXISTS = 4,
  CHANGED = 5,
  ABSENT = 6,
  /** Records wait for a grace period, which somebody should drive. */
  DONE_AND_POLL = 16,
}

/** The condition of a change. */
export enum Mode {
  ALWAYS = 0,
  ONLY_IF_ABSENT = 1,
  ONLY_IF_SERIAL = 2,
}

/** Added to a mode: an array that is crowded will do. */
export const CROWDED = 4;

/** An address in a table's header, a scratch or a block, relative to its beginning. */
interface Offset {
  readonly value: number;
}

/** What each step does and orders is said in table.wat. `at` is the address of the table's header. */
export interface Steps {
  readonly find: (at: number, scratch: number, slot: number, kind: number, length: number) => number;
  readonly locate: (at: number, scratch: number, kind: number, length: number) => number;
  readonly collect: (at: number, scratch: number, cursor: number, span: number) => number;
  readonly mutate: (
    at: number,
    scratch: number,
    slot: number,
    held: 0 | 1,
    mode: number,
    kind: number,
    length: number,
    valueKind: number,
    valueLength: number,
    reserved: number,
    serial: number,
  ) => Answer;

  /** Whether the word of a stripe, at this address, is still this version. */
  readonly isCurrent: (wordAt: number, version: number) => 0 | 1;

  /** These need the lock. */
  readonly reserve: (at: number, size: number) => number;
  readonly grow: (at: number) => 0 | 1;
  readonly clear: (at: number) => 0 | 1;
  readonly recover: (at: number) => void;
  readonly reclaimAll: (at: number) => 0 | 1;

  /** Of a table that no other thread knows. */
  readonly initialize: (at: number) => 0 | 1;
  readonly load: (address: number) => number;
  readonly store: (address: number, word: number) => void;
  /** A 64-bit word. */
  readonly count: (address: number) => number;

  readonly SEED: Offset;
  readonly HEAP: Offset;
  readonly END: Offset;
  readonly BATCH_BYTES: Offset;
  readonly POISON: Offset;
  readonly CURRENT: Offset;
  readonly SERIAL: Offset;
  readonly WATCHED: Offset;
  readonly LOCK: Offset;
  readonly COUNT: Offset;
  readonly TOP: Offset;
  readonly OPEN: Offset;
  readonly WAITING: Offset;
  readonly LIVE_BYTES: Offset;
  readonly RETIRED_BYTES: Offset;
  readonly ARRAY_BYTES: Offset;
  readonly RESERVED: Offset;
  readonly SPARE: Offset;
  readonly FREE: Offset;
  readonly VERSIONS: Offset;
  readonly STRIPES: Offset;
  readonly SCRATCHES: Offset;
  readonly SCRATCH_SIZE: Offset;
  readonly FOUND_VERSION: Offset;
  readonly FOUND_HASH: Offset;
  readonly FOUND_SERIAL: Offset;
  readonly NEXT_CURSOR: Offset;
  readonly KEY: Offset;
  readonly KEY_BYTES: Offset;
  readonly VALUE: Offset;
  readonly VALUE_BYTES: Offset;
  readonly LINK: Offset;
  readonly META: Offset;
  readonly KEY_LENGTH: Offset;
  readonly VALUE_LENGTH: Offset;
  readonly RECORD_SERIAL: Offset;
  readonly PAYLOAD: Offset;
}

const modules = new Map<Strategy, WebAssembly.Module>();

/** There is a domain, and therefore WebAssembly. */
export function instantiateTable(memory: SharedMemory, strategy: Strategy): Steps {
  const { Module, Instance } = wasm as Wasm;
  const module = modules.get(strategy) ?? new Module(strategy === 'membarrier' ? bytes : symmetricBytes);
  modules.set(strategy, module);
  // LOCK is a word of JavaScript's views, too.
  const holder = asViewed(tokenOfThisThread());
  const { exports } = new Instance(module, { table: { memory, holder, fenceByCas: FENCE_BY_CAS } });
  return exports as unknown as Steps;
}
