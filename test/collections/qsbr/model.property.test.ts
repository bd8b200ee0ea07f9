/** The tests of ../model.property.test.ts, with collections of the event-loop flavor. */
await import('../../support/rcu/qsbr-by-default.js');
await import('../model.property.test.js');
