/** The tests of ../hostile.test.ts, with collections of the event-loop flavor. */
await import('../../support/rcu/qsbr-by-default.js');
await import('../hostile.test.js');
