/** The tests of ../threads.test.ts, with collections of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../threads.test.js';
