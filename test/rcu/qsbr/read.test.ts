/** The tests of ../read.test.ts, with domains of the event-loop flavor. */
await import('../../support/rcu/qsbr-by-default.js');
await import('../read.test.js');
