/** The tests of ../adversary.test.ts, with collections of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../adversary.test.js';
