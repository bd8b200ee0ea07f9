/** Callbacks of which some throw. Prints what was called and what was uncaught. */
import { RcuDomain } from 'node-membarrier/rcu';

const domain = RcuDomain.createSync();
const called: string[] = [];
const uncaught: string[] = [];
process.on('uncaughtException', ({ message }) => uncaught.push(message));

for (const name of ['first', 'second', 'third', 'fourth']) {
  domain.callRcu(() => {
    called.push(name);
    if (name === 'first' || name === 'third') throw new Error(name);
  });
}
await domain.barrier();
await new Promise(setImmediate);
console.log(JSON.stringify({ uncaught, called }));
