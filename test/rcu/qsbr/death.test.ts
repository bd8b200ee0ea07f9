/** The tests of ../death.test.ts, with domains of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../death.test.js';
