/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A reader: one thread's right to read sections of a domain. The object belongs to the thread that registered it. Its
 * operations are closures over constants, since a private member would cost as much as a third of a section.
 */

import { checkFunction } from '../base/arguments.js';
import { dispose } from '../base/dispose.js';
import { refuseDeferred, type Synchronous } from '../base/section.js';
import { requireStack } from '../base/stack.js';
import { disposedError, refusalError } from './errors.js';
import type { DomainInstance } from './memory.js';
import type { SlotClaim } from './slots.js';

/** A reader of a domain, of the thread that registered it. */
export interface RcuReader {
  /**
   * Begins a read-side critical section. What was published when it began, or is published later, is not reclaimed
   * before the matching readUnlock(), by anyone who waits for this domain's grace periods. Never waits; 5 to 6 ns.
   * (In the qsbr flavor it does nothing, unless the domain is in debug mode.)
   * Sections nest, 16,383 deep, and an inner one costs no fence. Do not await inside: the section would stall every
   * grace period. May be destructured.
   *
   * Throws RcuError, and has then changed nothing: ERR_RCU_NESTING, ERR_RCU_DISPOSED.
   */
  readonly readLock: () => void;
  /**
   * Ends a section. At the end of the outermost one it wakes the threads that wait for it. 5 to 6 ns. At the end of the
   * stack it throws RangeError, as any call, and the section is still open; read() leaves it even then. Throws
   * RcuError: ERR_RCU_NOT_LOCKED, ERR_RCU_DISPOSED.
   */
  readonly readUnlock: () => void;
  /**
   * Calls `section` inside a read-side critical section, and returns what it returns. Leaves in any case, also at the
   * end of the stack (a sleeping thread then notices at its next timeout). Throws TypeError (ERR_INVALID_RETURN_VALUE)
   * for a section that returns a promise or an iterator, whose code would run outside. Otherwise as readLock.
   *
   * A vm timeout that ends the section leaves it open, because V8 skips the `finally` block: call readUnlock()
   * afterwards. A stall warning names the thread.
   */
  readonly read: <T>(section: (() => T) & Synchronous<T>) => T;
  /**
   * In the qsbr flavor: this thread holds no reference now. For a thread that computes for long, and does not return to
   * its event loop meanwhile. 20 to 50 ns. Throws RcuError: ERR_RCU_OFFLINE, ERR_RCU_DISPOSED; ERR_RCU_INSIDE in debug
   * mode. In the memb flavor it does nothing.
   */
  readonly quiescentState: () => void;
  /**
   * In the qsbr flavor: nobody waits for this reader until online(). For a thread that is about to block (Atomics.wait,
   * spawnSync). Until then it may hold no reference. Throws RcuError: ERR_RCU_OFFLINE if it is offline already,
   * ERR_RCU_DISPOSED; ERR_RCU_INSIDE in debug mode. In the memb flavor it does nothing.
   */
  readonly offline: () => void;
  /**
   * Ends what offline() began. Throws RcuError: ERR_RCU_ONLINE if the reader is online already, ERR_RCU_DISPOSED. In
   * the memb flavor it does nothing.
   */
  readonly online: () => void;
  /** The reader's slot, for `imports.readLock(slot)` in WebAssembly: an address in the domain's memory, in bytes. */
  readonly slot: number;
  /**
   * Gives the slot back. A second call does nothing. Throws RcuError (ERR_RCU_INSIDE) inside a section, and the reader
   * stays.
   */
  readonly [Symbol.dispose]: () => void;
}

function nothing(): void {}

/** Nesting, as domain.wat has it in the lowest two bytes of a slot's word. */
const NESTING_SHIFT = 2;

/** `disposed` is called when the slot is free again. */
export function createReader(
  { memory, steps }: DomainInstance,
  { slot, ticket }: SlotClaim,
  disposed: () => void,
): RcuReader {
  const { lock, unlock } = steps;
  /** The slot's word, for the end of the stack. */
  const bytes = new Uint8Array(memory.buffer, slot, 8);
  let isDisposed = false;

  function readLock(): void {
    const refusal = lock(slot, ticket);
    if (refusal !== 0) refuse(refusal);
  }

  function readUnlock(): void {
    const refusal = unlock(slot, ticket);
    if (refusal !== 0) refuse(refusal);
  }

  function read<T>(section: (() => T) & Synchronous<T>): T {
    checkFunction('section', section);
    readLock();
    try {
      return refuseDeferred(section());
    } finally {
      let refusal = 0;
      try {
        refusal = unlock(slot, ticket);
      } catch {
        // The stack ends in this call, which has changed nothing. Stores need no stack, so they leave the section.
        // There is no fence, but the throw takes long after the section's accesses. A sleeping thread notices at its
        // timeout. From the lowest byte to the highest: until the last one is 0, the word looks like an older
        // section's.
        const nesting = ((bytes[0] as number) >> NESTING_SHIFT) | ((bytes[1] as number) << (8 - NESTING_SHIFT));
        if (nesting === 1) {
          bytes[0] = 0;
          bytes[1] = 0;
          bytes[2] = 0;
          bytes[3] = 0;
          bytes[4] = 0;
          bytes[5] = 0;
          bytes[6] = 0;
          bytes[7] = 0;
        } else if (nesting > 1) {
          bytes[1] = (nesting - 1) >> (8 - NESTING_SHIFT);
          bytes[0] = ((bytes[0] as number) & 3) | (((nesting - 1) << NESTING_SHIFT) & 0xfc);
        }
      }
      if (refusal !== 0) refuse(refusal);
    }
  }

  function giveBack(): void {
    if (isDisposed) return;
    requireStack();
    const refusal = steps.release(slot);
    if (refusal !== 0) refuse(refusal);
    isDisposed = true;
    disposed();
  }

  function refuse(refusal: number): never {
    throw isDisposed ? disposedError('reader') : refusalError(refusal);
  }

  return Object.freeze({
    readLock,
    readUnlock,
    read,
    quiescentState: nothing,
    offline: nothing,
    online: nothing,
    slot,
    [dispose]: giveBack,
  });
}
