/** The bystander: works in small pieces until it is stopped, and reports how many, and their percentiles. */
import { createHistogram } from 'node:perf_hooks';
import { serve } from '../../harness/worker.js';

const TURNS = 1000;

serve([
  (_, isWanted, say) => {
    const histogram = createHistogram();
    let before = performance.now();
    while (isWanted()) {
      for (let i = 0; i < TURNS; i++);
      const now = performance.now();
      histogram.record(Math.max(1, Math.round(1e6 * (now - before))));
      before = now;
    }
    say(...[histogram.count, histogram.percentile(99.9), histogram.max].map((one) => Math.min(one, 2 ** 31 - 1)));
  },
]);
