/** The tests of ../room.test.ts, with collections of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../room.test.js';
