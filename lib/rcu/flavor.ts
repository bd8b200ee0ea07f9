/**
 * How readers tell updaters that they hold no reference. liburcu's names:
 *
 * - memb: by the end of each read-side critical section, which costs a pair of light fences.
 * - qsbr: by returning to the event loop, which costs a reader nothing. (Quiescent-state-based reclamation.)
 */
export type Flavor = 'memb' | 'qsbr';
