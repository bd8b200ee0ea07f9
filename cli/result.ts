/** What a command of the command line leaves behind: what it prints, and what it answers the shell. */
import type { Verdict } from './diagnosis.js';

export interface Result {
  readonly output: string;
  readonly status: number;
  /** Prose about a failure goes to stderr, so that whoever reads stdout gets answers or nothing. */
  readonly toStderr?: boolean;
}

/** What was asked for cannot be asked: the message says what is wrong with it. */
export class UsageError extends Error {}

export const EXIT_UNAVAILABLE = 1;
export const EXIT_USAGE = 2;
export const EXIT_FAILED = 4;

const statuses: Record<Verdict, number> = {
  available: 0,
  unavailable: EXIT_UNAVAILABLE,
  restricted: 3,
  blocked: 3,
  killed: 3,
  untrusted: 3,
};

export function exitStatus(verdict: Verdict): number {
  return statuses[verdict];
}
