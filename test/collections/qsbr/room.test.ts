/** The tests of ../room.test.ts, with collections of the event-loop flavor. */
await import('../../support/rcu/qsbr-by-default.js');
await import('../room.test.js');
