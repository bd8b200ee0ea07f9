/**
 * What a slot says of its reader, so that a stall can name it: the thread's number and a name. Nothing depends on it.
 */

import { decode, encodeInto } from '../base/host.js';
import { threadIdOfThisThread } from '../threads/threads.js';
import type { DomainInstance } from './memory.js';

export interface Label {
  readonly threadId: number;
  readonly name: string;
}

/** The rest of a slot. Longer names are cut. */
const MOST_BYTES = 100;

/** The bytes of a name, made before there is a slot that could be lost. */
export function encodeName(name: string): Uint8Array {
  const bytes = new Uint8Array(MOST_BYTES);
  const { written } = encodeInto(name, bytes);
  return bytes.subarray(0, written);
}

export function labelSlot({ memory, steps }: DomainInstance, slot: number, name: Uint8Array): void {
  const address = slot + steps.NAME.value;
  steps.store(address, 0);
  steps.store(slot + steps.THREAD.value, threadIdOfThisThread());
  new Uint8Array(memory.buffer).set(name, address + 4);
  steps.store(address, name.length);
}

export function labelOf({ memory, steps }: DomainInstance, slot: number): Label {
  const address = slot + steps.NAME.value;
  const length = Math.min(steps.load(address), MOST_BYTES);
  const name = decode(new Uint8Array(memory.buffer).slice(address + 4, address + 4 + length));
  return { threadId: steps.load(slot + steps.THREAD.value), name };
}
