/** What a command of a command line leaves behind: what it prints, and what it answers the shell. */
export interface Result {
  /** Nothing is printed where it is empty. */
  readonly output: string;
  readonly status: number;
  /** Prose about a failure goes to stderr, so that a program that reads stdout gets answers or nothing. */
  readonly toStderr?: boolean;
}

/** What was asked for cannot be asked: the message says what is wrong with it. */
export class UsageError extends Error {}

export const EXIT_UNAVAILABLE = 1;
export const EXIT_USAGE = 2;
export const EXIT_REFUSED = 3;
export const EXIT_FAILED = 4;
