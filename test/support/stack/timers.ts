/**
 * Queues a callback where the stack is about to end, one frame deeper each time. A wait that is given up sleeps on
 * without the timer that keeps the process alive, so this call makes the timer, and all that Node.js needs for one.
 * Prints how many timers are left in the end.
 */
import { setImmediate } from 'node:timers/promises';
import { RcuDomain } from 'node-membarrier/rcu';

const domain = RcuDomain.createSync();
const reader = domain.registerReader();
let threw = 0;

/**
 * Down to the end of the stack, and up again until the call succeeds. Frames differ by the arguments, so that none fits
 * by chance.
 */
function queueAtTheEnd(...padding: number[]): boolean {
  try {
    if (queueAtTheEnd(...padding)) return true;
  } catch {}
  try {
    domain.callRcu(() => {});
    return true;
  } catch {
    threw++;
    return false;
  }
}

for (let pad = 0; pad < 64; pad++) {
  reader.readLock();
  const given = new AbortController();
  const wait = domain.synchronize({ signal: given.signal }).catch(() => {});
  await setImmediate();
  given.abort();
  await wait;
  queueAtTheEnd(...Array.from({ length: pad }, () => 0));
  reader.readUnlock();
  await domain.barrier();
  await setImmediate();
}
const left = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
console.log(JSON.stringify({ left, threw: threw > 0 }));
process.exit();
