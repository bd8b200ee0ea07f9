import { serve } from '../../../harness/worker.js';

/** Says its argument, a little later; counts on. */
serve([
  (argument, _, say) => {
    for (let i = 0; i < 2000; i++);
    say(argument);
  },
  (_, isWanted, say) => {
    for (let count = 1; isWanted(); count++) say(count);
  },
]);
