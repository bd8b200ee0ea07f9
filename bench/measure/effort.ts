/**
 * How much a measurement may take: `quick` for all of them in about a minute, `full` for figures that are to be
 * quoted.
 */
import { argv } from 'node:process';

export type Effort = 'quick' | 'full';

/** Of this process, which measures one part of a section. */
export const effort: Effort = argv[2] === 'quick' ? 'quick' : 'full';

export function byEffort<T>(quick: T, full: T): T {
  return effort === 'quick' ? quick : full;
}
