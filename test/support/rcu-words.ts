/** The words of a domain, looked at from outside: whether each is in a state that some step leaves behind. */
import type { RcuDomain } from 'node-membarrier/rcu';
import { Header } from '../../lib/rcu/memory.js';

/** As domain.wat places them. */
const STATE = 128;
const MARK = 256;
const SLOTS = 512;
const SLOT_SIZE = 128;
const OWNER = 12;

export interface SlotWords {
  readonly word: bigint;
  readonly owner: number;
}

export function wordsOf({ imports }: RcuDomain): DataView {
  return new DataView((imports.memory as { buffer: SharedArrayBuffer }).buffer);
}

/** Sleeps without a time limit, so that a lost wake-up hangs. */
export function sleepForever(domain: RcuDomain): void {
  wordsOf(domain).setInt32(Header.NAP, -1, true);
}

export function slotsOf(domain: RcuDomain): SlotWords[] {
  const words = wordsOf(domain);
  return Array.from({ length: words.getInt32(MARK, true) }, (_, i) => ({
    word: words.getBigUint64(SLOTS + i * SLOT_SIZE, true),
    owner: words.getInt32(SLOTS + i * SLOT_SIZE + OWNER, true),
  }));
}

/** Throws where a word is torn, or a slot beyond the mark has an owner. */
export function checkSlots(domain: RcuDomain): void {
  const words = wordsOf(domain);
  const sequence = words.getBigUint64(STATE, true) >> 16n;
  for (const { word, owner } of slotsOf(domain)) {
    const nesting = (word >> 2n) & 0x3fffn;
    const legal = word === 0n || (nesting >= 1n && nesting <= 2n && word >> 16n <= sequence);
    if (!legal || owner < 0) throw new Error(`a slot is torn: ${word.toString(16)}, owner ${owner}`);
  }
  const most = words.getInt32(Header.MAX_READERS, true);
  for (let i = slotsOf(domain).length; i < most; i++) {
    if (words.getInt32(SLOTS + i * SLOT_SIZE + OWNER, true) !== 0) throw new Error(`slot ${i} is beyond the mark`);
  }
}
