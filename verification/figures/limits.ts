/** What this project asks of its own figures: each is one row of `membarrier bench`. */

export interface Limit {
  readonly section: string;
  readonly table: string;
  readonly row: string;
  readonly statistic: 'median' | 'p99';
  /** In the unit of the row. */
  readonly most: number;
}

function limit(
  section: string,
  table: string,
  row: string,
  most: number,
  statistic: Limit['statistic'] = 'median',
): Limit {
  return { section, table, row, statistic, most };
}

const calls: Limit[] = [
  limit('calls', 'unregistered', 'QUERY/node/against-c', 20),
  limit('calls', 'alone', 'PRIVATE_EXPEDITED/node/against-c', 15),
  limit('calls', 'beside', 'PRIVATE_EXPEDITED/node/to-c', 1.02),
  limit('calls', 'refused', 'facade/to-error', 1.5),
  limit('import', 'process', 'imports/more-than-empty', 4),
];

const eventLoop: Limit[] = ['register', 'global'].flatMap((table) => [
  limit('registration', table, 'synchronous', 0.2, 'p99'),
  limit('registration', table, 'delay/more', 1, 'p99'),
]);

const fences: Limit[] = [
  ...['light', 'local'].flatMap((row) => [
    limit('fences', 'call', `${row}/more-than-empty`, 2.5),
    limit('fences', 'call', `${row}/to-store`, 0.35),
  ]),
  limit('fences', 'inline', 'light/more-than-without', 0.15),
  limit('fences', 'heavy-alone', 'heavy/against-c', 15),
  limit('fences', 'heavy-beside', 'heavy/to-c', 1.02),
  ...['owner', 'local'].flatMap((row) => [
    limit('fences', 'lock', row, 8),
    limit('fences', 'lock', `${row}/to-futex`, 0.4),
    limit('fences', 'lock', `${row}/to-spin`, 0.4),
  ]),
];

const readers: Limit[] = [
  ...['object', 'local'].flatMap((row) => [
    limit('rcu', 'one', row, 6),
    limit('rcu', 'one', `${row}/to-lock`, 0.333),
    limit('rcu', 'one', `${row}/to-urcu`, 6),
  ]),
  limit('rcu', 'one', 'read/to-object', 2),
  limit('rcu', 'one', 'called/to-urcu', 1.5),
  limit('rcu', 'one', 'inline/to-urcu', 1.5),
  ...['object', 'inline'].flatMap((row) =>
    ['here', 'there'].flatMap((where) => [
      limit('rcu', 'two', `${row}/both/${where}-to-one`, 1.1),
      limit('rcu', 'two', `${row}/both/${where}-to-lock`, 0.05),
    ]),
  ),
];

const updaters: Limit[] = [
  limit('rcu', 'grace-period-alone', 'own', 600),
  limit('rcu', 'grace-period-alone', 'own/to-urcu', 1),
  limit('rcu', 'grace-period-beside', 'own/to-barriers', 1.1),
  limit('rcu', 'grace-period-beside', 'own/to-urcu', 1),
  ...[1000, 2000, 4000].map((count) => limit('rcu', 'idle-readers', `readers-${count}/each`, 2)),
  limit('rcu', 'event-loop', 'delay/more', 1, 'p99'),
  limit('rcu', 'event-loop', 'longest/more', 1),
  ...[1, 2, 3, 4, 8, 16].flatMap((count) =>
    ['async', 'sync'].flatMap((way) => [
      limit('rcu', `crowd-${count}`, `${way}/barriers`, 3),
      limit('rcu', `crowd-${count}`, `${way}/cpu`, 1.5),
      limit('rcu', `crowd-${count}`, `${way}/median-to-poll`, 1),
    ]),
  ),
];

const loops: Limit[] = [
  ...['object', 'local'].map((row) => limit('qsbr', 'loop-section', `${row}/more-than-without`, 0.2)),
  limit('qsbr', 'loop-idle-4', 'domain', 100),
  limit('qsbr', 'loop-idle-16', 'domain', 250),
  ...[4, 16].map((threads) => limit('qsbr', `loop-idle-${threads}`, 'domain/cpu', 25)),
  limit('qsbr', 'loop-busy', 'domain/turns', 2),
];

const collections: Limit[] = [
  limit('collections', 'hot', 'near/to-map', 1),
  limit('collections', 'received', 'near/to-map', 0.6),
  limit('collections', 'joined', 'near/to-map', 0.6),
  limit('collections', 'uniform', 'wide/to-map', 1.7),
  ...['past', 'past-uniform'].flatMap((table) => [
    limit('collections', table, 'bytes/to-map', 3),
    limit('collections', table, 'json/more-than-parse', 150),
    limit('collections', table, 'json/to-lmdb', 0.65),
  ]),
  ...['existing', 'existing-uniform'].flatMap((table) => [
    limit('collections', table, 'shared/more-than-stringify', 800),
    limit('collections', table, 'shared/to-lmdb', 0.333),
    limit('collections', table, 'shared/to-deltas', 0.25),
  ]),
  limit('collections', 'filling', 'time', 60),
  limit('collections', 'filling', 'beyond', 75),
  limit('collections', 'changing', 'thousand/to-none', 1.15),
  limit('collections', 'changing', 'thousand/to-deltas', 1),
  limit('collections', 'visible', 'seen', 2),
  limit('import', 'process', 'collections/against-rcu', 2),
];

export const limits: readonly Limit[] = [
  ...calls,
  ...eventLoop,
  ...fences,
  ...readers,
  ...updaters,
  ...loops,
  ...collections,
];
