/** What `membarrier bench` can measure: sections, each of parts that are processes of their own (bench/sections/). */

export interface SectionPlan {
  readonly name: string;
  readonly about: string;
  readonly parts: readonly string[];
  /** A part that must go well for the others to be measured. */
  readonly check?: string;
}

export const plans: readonly SectionPlan[] = [
  {
    name: 'calls',
    about: 'a call, unregistered and registered, beside C; a refusal',
    parts: ['calls', 'refused', 'callers'],
  },
  {
    name: 'registration',
    about: 'registering, first and again; the event loop meanwhile',
    parts: ['registration', 'event-loop'],
  },
  { name: 'scheduler', about: 'a context switch into processes that have registered', parts: ['scheduler'] },
  { name: 'interrupts', about: 'whom a barrier interrupts, counted', parts: ['interrupts'] },
  {
    name: 'bystander',
    about: 'throughput and pauses of a running sibling',
    parts: ['bystander', 'neighbour'],
  },
  {
    name: 'fences',
    about: 'light and heavy fences, Atomics, break-even; a biased lock',
    parts: ['fences', 'biased-lock'],
  },
  {
    name: 'rcu',
    about: 'RCU beside a reader-writer lock, and beside liburcu',
    parts: ['rcu-readers', 'rcu-pairs', 'rcu-writers', 'rcu-idle-readers', 'rcu-event-loop', 'rcu-crowd'],
    check: 'rcu-check',
  },
  { name: 'import', about: 'importing the package', parts: ['import'] },
];
