/** Workers that get tasks: what they report is of their task, and not of the one before. */
import t from 'tap';
import { startWorker } from '../../harness/worker.js';

t.test('a task that has just begun is not done', async (t) => {
  const worker = await startWorker(new URL('../support/process/counting-worker.js', import.meta.url));
  let early = 0;
  for (let round = 1; round <= 20_000; round++) {
    worker.begin(1, round);
    // The task says its argument before it ends.
    if (worker.isDone() && worker.found()[0] !== round) early++;
    worker.finish();
    if (worker.found()[0] !== round) t.fail(`round ${round}: ${worker.found()[0]}`);
  }
  t.equal(early, 0);
  await worker.end();
});

t.test('a task without an end goes on until it is finished', async (t) => {
  const worker = await startWorker(new URL('../support/process/counting-worker.js', import.meta.url));
  const first = worker.during(2, () => {
    while (worker.found()[0] < 1000);
    return worker.isDone();
  });
  t.equal(first, false);
  t.equal(worker.isDone(), false, 'asleep is no task');
  await worker.end();
});
