/** The tests of ../model.property.test.ts, with collections of the event-loop flavor. */
import '../../support/rcu/qsbr-by-default.js';

import '../model.property.test.js';
