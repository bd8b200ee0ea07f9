/** The tests of ../refused.test.ts, with collections of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../refused.test.js';
