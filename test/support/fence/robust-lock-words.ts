/** The words beside those of the lock, each in a line of its own. */
export enum Word {
  COUNTER = 32,
  WAITS = 48,
}
