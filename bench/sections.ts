/** What `membarrier bench` can measure: sections, each of parts that are processes of their own (bench/sections/). */

export interface SectionPlan {
  readonly name: string;
  readonly about: string;
  readonly parts: readonly string[];
  /** A part that must go well for the others to be measured. */
  readonly check?: string;
}

function plan(name: string, about: string, ...parts: string[]): SectionPlan {
  return { name, about, parts };
}

const ofRcu = ['rcu-readers', 'rcu-pairs', 'rcu-writers', 'rcu-idle-readers', 'rcu-event-loop', 'rcu-crowd'];

export const plans: readonly SectionPlan[] = [
  plan('calls', 'a call, unregistered and registered, beside C; a refusal', 'calls', 'refused', 'callers'),
  plan('registration', 'registering, first and again; the event loop meanwhile', 'registration', 'event-loop'),
  plan('scheduler', 'a context switch into processes that have registered', 'scheduler'),
  plan('interrupts', 'whom a barrier interrupts, counted', 'interrupts'),
  plan('bystander', 'throughput and pauses of a running sibling', 'bystander', 'neighbour'),
  plan('fences', 'light and heavy fences, Atomics, break-even; a biased lock', 'fences', 'biased-lock'),
  { ...plan('rcu', 'RCU beside a reader-writer lock, and beside liburcu', ...ofRcu), check: 'rcu-check' },
  plan('qsbr', 'RCU where readers pay nothing: sections, grace periods', 'rcu-loop-sections', 'rcu-loop-periods'),
  plan(
    'collections',
    'SharedMap beside a private Map, messages and lmdb',
    'collections-hot',
    'collections-fresh',
    'collections-uniform',
    'collections-past',
    'collections-set',
    'collections-threads',
  ),
  plan('import', 'importing the package', 'import'),
];
