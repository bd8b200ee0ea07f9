/** The tests of ../cell.test.ts, with collections of the event-loop flavor. */
await import('../../support/rcu/qsbr-by-default.js');
await import('../cell.test.js');
