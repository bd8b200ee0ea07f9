/** Slots of readers: a thread takes one, gives it back, or takes one from a dead thread. */

import { requireStack } from '../base/stack.js';
import { isThreadDead } from '../threads/threads.js';
import { RcuError } from './errors.js';
import { encodeName, labelSlot } from './labels.js';
import { type DomainInstance, Header } from './memory.js';

/** A slot of this thread, until it is given back or the thread ends. */
export interface SlotClaim {
  readonly slot: number;
  /** Distinguishes the reader that has the slot now from earlier and later ones. */
  readonly ticket: number;
}

/** Takes a slot for this thread. `name` is what a stall calls it by. What throws has taken none. */
export function takeSlot(opened: DomainInstance, name: string): SlotClaim {
  const bytes = encodeName(name);
  requireStack();
  const place = takeFree(opened) ?? takeNext(opened);
  if (place !== undefined) {
    labelSlot(opened, place.slot, bytes);
    return place;
  }
  const most = opened.steps.load(Header.MAX_READERS);
  const message =
    `The domain has ${most} readers, the most that its maxReaders allows. Call registerReader() once per thread, and ` +
    'not once per request. If that many threads read, create the domain with a larger maxReaders';
  throw new RcuError('ERR_RCU_TOO_MANY_READERS', message);
}

/** Living readers. */
export function countReaders(opened: DomainInstance): number {
  let readers = 0;
  for (const [, owner] of usedSlots(opened)) if (owner !== 0 && !isThreadDead(owner)) readers++;
  return readers;
}

function* usedSlots({ steps }: DomainInstance): Generator<[slot: number, owner: number]> {
  const end = steps.SLOTS.value + steps.load(steps.SLOT_HIGH_WATER.value) * steps.SLOT_SIZE.value;
  for (let slot = steps.SLOTS.value; slot < end; slot += steps.SLOT_SIZE.value) {
    yield [slot, steps.load(slot + steps.OWNER.value)];
  }
}

function takeFree(opened: DomainInstance): SlotClaim | undefined {
  const { vacant, claim, SLOTS, SLOT_SIZE } = opened.steps;
  for (let slot = vacant(SLOTS.value); slot !== 0; slot = vacant(slot + SLOT_SIZE.value)) {
    const ticket = claim(slot, 0);
    if (ticket !== 0) return { slot, ticket };
  }
  return undefined;
}

/**
 * A slot that was never in use. Each one makes every scan longer, so dead readers are removed first: whenever the
 * number of slots has doubled, and when there is no further slot.
 */
function takeNext(opened: DomainInstance): SlotClaim | undefined {
  const { steps } = opened;
  const most = steps.load(Header.MAX_READERS);
  for (;;) {
    const mark = steps.load(steps.SLOT_HIGH_WATER.value);
    if (mark === most || (mark & (mark - 1)) === 0) {
      clearDead(opened);
      const free = takeFree(opened);
      if (free !== undefined) return free;
    }
    if (mark === most) return undefined;
    const slot = steps.SLOTS.value + mark * steps.SLOT_SIZE.value;
    const ticket = steps.claim(slot, 0);
    if (ticket !== 0) return { slot, ticket };
  }
}

function clearDead(opened: DomainInstance): void {
  const { steps } = opened;
  for (const [slot, owner] of usedSlots(opened)) {
    if (owner !== 0 && isThreadDead(owner) && steps.claim(slot, owner) !== 0) steps.release(slot);
  }
}
