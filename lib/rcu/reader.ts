/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A reader: one thread's right to read sections of a domain. The object belongs to the thread that registered it. Its
 * operations are closures over constants, since a private member would cost as much as a third of a section.
 */
import { checkFunction, refuseThenable, type Synchronous } from '../fence/arguments.js';
import { disposedError, refusalError } from './errors.js';
import type { Place } from './slots.js';
import type { Steps } from './steps.js';

export interface RcuReader {
  /**
   * Enters a section: what was published when it began, or later, stays as it is until the matching readUnlock(), for all
   * who free by this domain's grace periods. Never waits; costs a call that stores, 5 to 6 ns. Sections nest, 16,383
   * deep, and an inner one costs no fence. Do not await inside: the section would hold up every grace period meanwhile.
   * May be destructured.
   *
   * Throws RcuError, and has then changed nothing: ERR_RCU_NESTING, ERR_RCU_DISPOSED.
   */
  readonly readLock: () => void;
  /**
   * Leaves a section, and wakes who waits for the outermost to end. 5 to 6 ns. At the end of the stack it throws RangeError as any
   * call, and the section is still open: read() sees to that. Throws RcuError: ERR_RCU_NOT_LOCKED,
   * ERR_RCU_DISPOSED.
   */
  readonly readUnlock: () => void;
  /**
   * Calls `section` inside a section, and returns what it returns; leaves in any case. Throws TypeError
   * (ERR_INVALID_RETURN_VALUE) if that is a promise: the section would have ended at its first await. Where the stack ends just
   * when the section is to be left, which a signal to the thread may bring about, it is left by the next outer or later read(), or before
   * this thread waits or disposes of the reader.
   */
  readonly read: <T>(section: (() => T) & Synchronous<T>) => T;
  /** The reader's slot, for `imports.readLock(slot)` in WebAssembly: an address in the domain's memory, in bytes. */
  readonly slot: number;
  /** Gives the slot back. Throws RcuError (ERR_RCU_INSIDE) in a section, and the reader stays. A second time does nothing. */
  readonly [Symbol.dispose]: () => void;
}

/** Tickets are odd. */
const NO_TICKET = 0;

export interface OwnReader {
  readonly reader: RcuReader;
  /** Leaves the sections that read() could not leave for want of stack. */
  readonly settle: () => void;
}

/** `disposed` is told when the slot has been given back. */
export function createReader(steps: Steps, { slot, ticket }: Place, disposed: () => void): OwnReader {
  const { lock, unlock } = steps;
  let isDisposed = false;
  /** Sections that are to be left. Counted before the call that leaves one, which may throw, and without a call. */
  let owed = 0;

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
    if (owed !== 0) settle();
    unlock(slot, NO_TICKET); // at the end of the stack this throws, and hardly ever the one below, in an open section
    readLock();
    try {
      return refuseThenable(section());
    } finally {
      owed++;
      const refusal = unlock(slot, ticket);
      owed--;
      if (refusal !== 0) refuse(refusal);
      if (owed !== 0) settle();
    }
  }

  function settle(): void {
    for (; owed !== 0; owed--) unlock(slot, ticket);
  }

  function dispose(): void {
    if (isDisposed) return;
    settle();
    const refusal = steps.release(slot);
    if (refusal !== 0) refuse(refusal);
    isDisposed = true;
    disposed();
  }

  function refuse(refusal: number): never {
    throw isDisposed ? disposedError('reader') : refusalError(refusal);
  }

  const reader = Object.freeze({ readLock, readUnlock, read, slot, [Symbol.dispose]: dispose });
  return { reader, settle };
}
