/** The tests of ../lost-wake-up.test.ts, with collections of the event-loop flavor. */
await import('../../support/rcu/qsbr-by-default.js');
await import('../lost-wake-up.test.js');
