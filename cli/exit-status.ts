/** What doctor and query answer the shell. */
import { EXIT_REFUSED, EXIT_UNAVAILABLE } from '../terminal/result.js';
import type { Verdict } from './diagnosis.js';

const statuses: Record<Verdict, number> = {
  available: 0,
  unavailable: EXIT_UNAVAILABLE,
  restricted: EXIT_REFUSED,
  blocked: EXIT_REFUSED,
  killed: EXIT_REFUSED,
  untrusted: EXIT_REFUSED,
};

export function exitStatus(verdict: Verdict): number {
  return statuses[verdict];
}
