/** The words of a domain, looked at from outside: whether each is in a state that some step leaves behind. */
import type { RcuDomain } from 'node-membarrier/rcu';
import { tokenOfThisThread } from '../../../lib/fence/token.js';
import { Header } from '../../../lib/rcu/memory.js';
import { instantiate, type Steps } from '../../../lib/rcu/steps.js';

export interface SlotWords {
  readonly sequence: number;
  readonly nesting: number;
  readonly owner: number;
  readonly ticket: number;
  /** Whether a thread may be asleep until the section ends. */
  readonly waitWord: boolean;
}

export interface StateWords {
  readonly sequence: number;
  /** By Stage of lib/rcu/steps.ts. */
  readonly stage: number;
  readonly mark: number;
}

/** In a slot. */
const TICKET = 8;

/** An instance of this thread's own, beside the one that the domain has. */
export function stepsOf({ imports, strategy }: RcuDomain): Steps {
  const refuse = (refusal: number): never => {
    throw new Error(`refused: ${refusal}`);
  };
  return instantiate(imports.memory, strategy, tokenOfThisThread(), refuse);
}

function viewOf({ imports }: RcuDomain): DataView {
  return new DataView(imports.memory.buffer);
}

/** Sleeps without a time limit, so that a lost wake-up hangs. */
export function sleepForever(domain: RcuDomain): void {
  viewOf(domain).setInt32(Header.SLEEP_TIMEOUT, -1, true);
}

export function stateOf(domain: RcuDomain): StateWords {
  const { STATE, SLOT_HIGH_WATER, load } = stepsOf(domain);
  const state = viewOf(domain).getBigUint64(STATE.value, true);
  return {
    sequence: Number(state >> 16n),
    stage: Number(state & 0xffffn),
    mark: load(SLOT_HIGH_WATER.value),
  };
}

/** All of them, also those beyond the mark. */
export function slotsOf(domain: RcuDomain): SlotWords[] {
  const { SLOTS, SLOT_SIZE, OWNER, WAIT_WORD, load } = stepsOf(domain);
  return Array.from({ length: load(Header.MAX_READERS) }, (_, i) => {
    const slot = SLOTS.value + i * SLOT_SIZE.value;
    const word = viewOf(domain).getBigUint64(slot, true);
    return {
      sequence: Number(word >> 16n),
      nesting: Number((word >> 2n) & 0x3fffn),
      owner: load(slot + OWNER.value),
      ticket: load(slot + TICKET),
      waitWord: load(slot + WAIT_WORD.value) % 2 !== 0,
    };
  });
}

/** Whether a thread may be asleep, for whatever slot. */
export function isAnyoneAsleep(domain: RcuDomain): boolean {
  return slotsOf(domain).some(({ waitWord }) => waitWord);
}

/** Throws where a word is torn, or the mark does not cover an owner. The words may be changing meanwhile. */
export function checkSlots(domain: RcuDomain): void {
  const slots = slotsOf(domain);
  const { sequence, stage, mark } = stateOf(domain);
  for (const [i, slot] of slots.entries()) {
    const legal = slot.nesting === 0 ? slot.sequence === 0 : slot.sequence <= sequence;
    if (!legal || slot.owner < 0) throw new Error(`slot ${i} is torn: ${JSON.stringify(slot)}`);
    if (slot.owner !== 0 && i >= mark) throw new Error(`slot ${i} is beyond the mark`);
  }
  if (stage > 2 || mark > slots.length) throw new Error(`the state is torn: stage ${stage}, mark ${mark}`);
}
