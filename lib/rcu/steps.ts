/** The steps that a thread takes on the words of a domain, as functions of this thread: an instance of domain.wat. */

import type { SharedMemory } from '../base/shared-memory.js';
import type { Strategy } from '../fence/fence-strategy.js';
import { FENCE_BY_CAS } from '../fence/instructions.js';
import { bytes as symmetricBytes } from './domain.symmetric.wasm.js';
import { bytes } from './domain.wasm.js';
import { requireWasm } from './wasm.js';

/** What has been done of the grace period under way. */
export enum Stage {
  ADVANCED,
  FENCED,
  /** The grace period that was asked about is over. */
  DONE,
}

/** An address in the memory, in bytes, as WebAssembly exports it. */
interface Address {
  readonly value: number;
}

/** Slots are given by their address. What each step does and orders is said in domain.wat. */
export interface Steps {
  /** 0, or why it is refused (errors.ts). */
  readonly lock: (slot: number, ticket: number) => number;
  /** 0, or why it is refused. */
  readonly unlock: (slot: number, ticket: number) => number;
  /** These throw instead, through `refuse`. They are for callers that have no ticket. */
  readonly readLock: (slot: number) => void;
  readonly readUnlock: (slot: number) => void;
  readonly isInside: (slot: number) => number;
  readonly isThreadInside: () => number;

  /** Of the event-loop flavor. 0, or why it is refused. */
  readonly goOnline: (slot: number, ticket: number) => number;
  readonly goOffline: (slot: number, ticket: number) => number;
  readonly acknowledge: (slot: number, ticket: number) => number;

  /** A slot, or 0. */
  readonly vacant: (from: number) => number;
  /** A ticket, or 0. */
  readonly claim: (slot: number, owner: number) => number;
  /** Of this thread's. 0, or why it is refused. */
  readonly release: (slot: number) => number;
  readonly reapDeadReader: (slot: number, owner: number) => void;

  readonly cookie: () => number;
  /** A cookie, or 0. */
  readonly begin: () => number;
  readonly isOver: (cookie: number) => number;
  /** What comes next, as the steps themselves say, too. */
  readonly beginOrJoin: (cookie: number) => Stage;
  readonly fenced: (cookie: number) => Stage;
  /** A slot, or 0; or -1, after passed(). */
  readonly scanOnce: () => number;
  readonly scan: (from: number) => number;
  readonly passed: () => void;
  readonly blocksGracePeriod: (slot: number) => number;
  readonly finish: (cookie: number) => Stage;
  readonly requestWakeUp: (slot: number) => number;

  /** Throws RangeError where less than about 1 KB of stack is left. 6 to 9 ns. */
  readonly requireStack: (calls: 1) => void;
  readonly initialize: () => void;
  /** Of the grace period that was begun last. */
  readonly sequence: () => number;
  readonly load: (address: number) => number;
  readonly store: (address: number, word: number) => void;
  /** A 64-bit word, and one more for it. */
  readonly count: (address: number) => number;
  readonly add: (address: number) => void;

  readonly STATE: Address;
  readonly SLOT_HIGH_WATER: Address;
  readonly BARRIERS: Address;
  readonly TIMEOUTS: Address;
  readonly SLOTS: Address;
  readonly SLOT_SIZE: Address;
  /** Within a slot. */
  readonly OWNER: Address;
  readonly WAIT_WORD: Address;
  readonly THREAD: Address;
  readonly NAME: Address;
}

const modules = new Map<Strategy, WebAssembly.Module>();

/** Throws RcuError where there is no WebAssembly, and what WebAssembly throws where the memory does not fit. */
export function instantiate(
  memory: SharedMemory,
  strategy: Strategy,
  self: number,
  refuse: (refusal: number) => never,
): Steps {
  const { Module, Instance } = requireWasm();
  const module = modules.get(strategy) ?? new Module(strategy === 'membarrier' ? bytes : symmetricBytes);
  modules.set(strategy, module);
  const { exports } = new Instance(module, { domain: { memory, self, fenceByCas: FENCE_BY_CAS, refuse } });
  return exports as unknown as Steps;
}
