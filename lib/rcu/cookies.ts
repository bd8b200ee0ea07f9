/**
 * A cookie names a grace period of a domain. It is a number, so that it passes through messages and shared memory. Its
 * lowest eight bits are the domain's tag: a domain with another tag refuses the cookie. 45 bits are left for the
 * sequence, a year of nothing but grace periods.
 */
import { invalidType, outOfRange } from '../base/arguments.js';

/** Names a grace period of a domain; from startPoll(). A number that means the same in every thread. */
export type RcuCookie = number & {
  /** @internal Keeps other numbers from passing for a cookie. */
  readonly [cookie]: true;
};
declare const cookie: unique symbol;

export const TAGS = 256;

export function cookieOf(sequence: number, tag: number): RcuCookie {
  return (sequence * TAGS + tag) as RcuCookie;
}

/** The sequence in a cookie that startPoll() has returned: of a grace period that has been, is, or is the next. */
export function sequenceIn(cookie: unknown, tag: number, next: number): number {
  if (typeof cookie !== 'number') throw invalidType('argument "cookie"', 'a number, from startPoll()', cookie);
  const sequence = (cookie - tag) / TAGS;
  if (Number.isInteger(sequence) && sequence >= 1 && sequence <= next) return sequence;
  throw outOfRange('argument "cookie"', 'a cookie that startPoll() of this domain returned', cookie);
}
