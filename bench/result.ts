/** What the command prints, and what it answers the shell. */
export interface Result {
  readonly output: string;
  readonly status: number;
  readonly toStderr?: boolean;
}

/** What was asked for cannot be asked: the message says what is wrong with it. */
export class UsageError extends Error {}

export const EXIT_UNAVAILABLE = 1;
export const EXIT_USAGE = 2;
export const EXIT_REFUSED = 3;
export const EXIT_FAILED = 4;
/** As a shell says it of a program that SIGINT has ended. */
export const EXIT_INTERRUPTED = 130;
