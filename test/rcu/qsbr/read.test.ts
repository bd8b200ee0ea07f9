/** The tests of ../read.test.ts, with domains of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../read.test.js';
