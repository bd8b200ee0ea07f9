/**
 * Queues a callback where the stack is about to end, one frame deeper each time, and lets it run before the next: then Node.js makes the
 * timer that keeps the process alive anew, and all that a timer needs. Prints how many timers are left when all is done.
 */
import { setImmediate } from 'node:timers/promises';
import { RcuDomain } from 'node-membarrier/rcu';

const domain = RcuDomain.createSync();
let threw = 0;

/** Down to the end of the stack, and up again until the call succeeds. Frames differ by the arguments, so that none fits by chance. */
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
  queueAtTheEnd(...Array.from({ length: pad }, () => 0));
  await domain.barrier();
  await setImmediate();
}
const left = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
console.log(JSON.stringify({ left, threw: threw > 0 }));
process.exit();
