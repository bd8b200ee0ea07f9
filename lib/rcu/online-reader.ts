/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A reader of the event-loop flavor. It is online from its registration on. Its sections cost nothing, and nothing is
 * checked in them, unless the domain is in debug mode.
 */
import { checkFunction } from '../base/arguments.js';
import { dispose } from '../base/dispose.js';
import { refuseDeferred, type Synchronous } from '../base/section.js';
import { requireStack } from '../base/stack.js';
import { disposedError, insideError, refusalError } from './errors.js';
import { type DomainInstance, Header } from './memory.js';
import type { Quiescence } from './quiescence.js';
import type { RcuReader } from './reader.js';
import type { SlotClaim } from './slots.js';

/** `disposed` is called when the slot is free again. */
export function createOnlineReader(
  { steps }: DomainInstance,
  claim: SlotClaim,
  quiescence: Quiescence,
  disposed: () => void,
): RcuReader {
  const { slot } = claim;
  const isDebug = steps.load(Header.DEBUG) === 1;
  let isDisposed = false;

  function nothing(): void {}

  function checkedLock(): void {
    checkOnline();
    quiescence.setSections(slot, quiescence.sectionsOf(slot) + 1);
  }

  function checkedUnlock(): void {
    const sections = quiescence.sectionsOf(slot);
    if (sections === 0) throw refusalError(3);
    quiescence.setSections(slot, sections - 1);
  }

  function read<T>(section: (() => T) & Synchronous<T>): T {
    checkFunction('section', section);
    if (!isDebug) return refuseDeferred(section());
    checkedLock();
    try {
      return refuseDeferred(section());
    } finally {
      checkedUnlock();
    }
  }

  function quiescentState(): void {
    checkOutside('quiescentState');
    refuse(quiescence.acknowledge(claim));
  }

  function offline(): void {
    checkOutside('offline');
    requireStack();
    refuse(quiescence.goOffline(claim));
  }

  function online(): void {
    requireStack();
    refuse(quiescence.goOnline(claim));
  }

  function giveBack(): void {
    if (isDisposed) return;
    checkOutside('dispose');
    requireStack();
    if (steps.isInside(slot) === 1) refuse(quiescence.goOffline(claim));
    refuse(steps.release(slot));
    isDisposed = true;
    quiescence.forget();
    disposed();
  }

  function checkOnline(): void {
    if (isDisposed || steps.isInside(slot) === 0) refuse(6);
  }

  function checkOutside(what: string): void {
    if (quiescence.sectionsOf(slot) > 0) throw insideError(what);
  }

  function refuse(refusal: number): void {
    if (refusal !== 0) throw isDisposed ? disposedError('reader') : refusalError(refusal);
  }

  try {
    refuse(quiescence.goOnline(claim));
  } catch (error) {
    steps.release(slot);
    throw error;
  }
  return Object.freeze({
    readLock: isDebug ? checkedLock : nothing,
    readUnlock: isDebug ? checkedUnlock : nothing,
    read,
    quiescentState,
    offline,
    online,
    slot,
    [dispose]: giveBack,
  });
}
