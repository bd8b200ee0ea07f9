/** The name that a slot carries for its reader, so that a stall can be told by name. Nothing depends on it. */
import type { Opened } from './memory.js';

/** The rest of a slot. Longer names are cut. */
const MOST_BYTES = 108;

export function labelSlot({ memory, steps }: Opened, slot: number, name: string): void {
  const address = slot + steps.NAME.value;
  steps.store(address, 0);
  const bytes = new Uint8Array(MOST_BYTES);
  const { written } = new TextEncoder().encodeInto(name, bytes);
  new Uint8Array(memory.buffer).set(bytes.subarray(0, written), address + 4);
  steps.store(address, written);
}

export function labelOf({ memory, steps }: Opened, slot: number): string {
  const address = slot + steps.NAME.value;
  const length = Math.min(steps.load(address), MOST_BYTES);
  return new TextDecoder().decode(new Uint8Array(memory.buffer).slice(address + 4, address + 4 + length));
}
