/** The package loaded in a realm that has `process` and nothing else of Node.js's. Prints what worked. */
import { createContext } from 'node:vm';
import * as ours from 'node-membarrier/rcu';
import { root } from '../../../harness/index.js';
import { importInto } from './realm.js';

const theirs = await importInto<typeof ours>(createContext({ process }), new URL('dist/rcu.js', root).href);

const domain = ours.RcuDomain.createSync();
{
  using attached = theirs.RcuDomain.attach(domain.handle);
  using reader = attached.registerReader();
  reader.read(() => {});
  console.log('readers', domain.stats().readers);
  attached.synchronizeSync();
  await attached.synchronize();
  await new Promise<void>((resolve) => attached.callRcu(resolve));
}
console.log('readers', domain.stats().readers);
