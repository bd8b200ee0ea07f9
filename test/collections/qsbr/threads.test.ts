/** The tests of ../threads.test.ts, with collections of the event-loop flavor. */
await import('../../support/rcu/qsbr-by-default.js');
await import('../threads.test.js');
