/** Callbacks of which some throw. Prints what was called and what was uncaught when all had run. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { RcuDomain } from 'node-membarrier/rcu';

const domain = RcuDomain.createSync();
const called: string[] = [];
const uncaught: string[] = [];
const storage = new AsyncLocalStorage<string>();
process.on('uncaughtException', ({ message }) => uncaught.push(`${message}, called by ${storage.getStore()}`));

for (const name of ['first', 'second', 'third', 'fourth']) {
  storage.run(`request ${name}`, () =>
    domain.callRcu(() => {
      called.push(name);
      if (name === 'first' || name === 'third') throw new Error(name);
    }),
  );
}
await domain.barrier();
console.log(JSON.stringify({ uncaught, called }));
