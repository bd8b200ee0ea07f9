import { serve } from './worker.js';

/** Says how far it has come, all the time. */
serve([
  (_, isWanted, say) => {
    for (let progress = 1; isWanted(); progress = (progress + 1) & 0x7fffffff) say(progress);
  },
]);
