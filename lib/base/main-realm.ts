/**
 * Of the realm that Node.js runs its event loop in. A node:vm context may have a microtask queue of its own, which runs
 * inside somebody's callback; what is here runs in the main queue.
 */
import { builtin } from './host.js';

export interface MainRealm {
  readonly waitAsync: typeof Atomics.waitAsync;
  /** A function that has `call` called, by the event loop, when a promise is settled; without one, in a microtask. */
  readonly caller: (call: () => void) => (promise?: Promise<unknown>) => Promise<void>;
}

/**
 * An await, since others may replace Promise.prototype.then. The file's name makes the function's frame one of the
 * host's.
 */
const TEXT = `({
  waitAsync: Atomics.waitAsync,
  caller: (call) => async (promise) => {
    await promise;
    call();
  },
})`;

let realm: MainRealm | undefined;

/** Made when it is first wanted. */
export function mainRealm(): MainRealm {
  realm ??= builtin('node:vm').runInThisContext(TEXT, { filename: 'node:node-membarrier' }) as MainRealm;
  return realm;
}
