/**
 * A reader of the event-loop flavor in a node:vm context whose microtasks run only when somebody runs code in it, which
 * nobody does any more. Prints how many grace periods have ended.
 */
import { createContext } from 'node:vm';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type * as rcu from 'node-membarrier/rcu';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';
import { root } from '../../../harness/index.js';
import { importInto } from '../process/realm.js';

if (isMainThread) {
  const domain = RcuDomain.createSync({ flavor: 'qsbr' });
  const context = createContext({ process }, { microtaskMode: 'afterEvaluate' });
  const theirs = await importInto<typeof rcu>(context, new URL('dist/rcu.js', root).href);
  theirs.RcuDomain.attach(domain.handle).registerReader();
  // Another thread waits, and this one only turns its loop.
  new Worker(new URL(import.meta.url), { workerData: domain.handle }).on('error', (error) => {
    throw error;
  });
  process.on('exit', () => console.log(domain.stats().gracePeriods));
} else {
  const domain = RcuDomain.attach(workerData as RcuHandle);
  for (let i = 0; i < 5; i++) await domain.synchronize();
}
