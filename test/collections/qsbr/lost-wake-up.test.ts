/** The tests of ../lost-wake-up.test.ts, with collections of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../lost-wake-up.test.js';
