/** The tests of ../death.test.ts, with domains of the event-loop flavor. */
await import('../../support/rcu/qsbr-by-default.js');
await import('../death.test.js');
