/** The tests of ../subscribe.test.ts, with collections of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../subscribe.test.js';
