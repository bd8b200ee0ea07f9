/** The tests of ../hostile.test.ts, with collections of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../hostile.test.js';
