/**
 * No change is missed between the wait and WATCHED (lib/collections/changes.ts): a change comes just after the wait has
 * begun, and its writer finds WATCHED not set. Nothing but the second load of SERIAL tells the subscriber.
 */
import { setTimeout } from 'node:timers/promises';
import { SharedMap } from 'node-membarrier/collections';
import t from 'tap';

t.test('a change between the wait and WATCHED is told', async (t) => {
  const map = SharedMap.createSync<string, number>();
  const { waitAsync } = Atomics;
  t.teardown(() => {
    Atomics.waitAsync = waitAsync;
  });
  let changes = 0;
  Atomics.waitAsync = (...args: Parameters<typeof waitAsync>) => {
    const waited = waitAsync(...args);
    if (changes++ === 0) map.set('a', 1);
    return waited;
  };
  let calls = 0;
  map.subscribe(() => calls++);
  for (let i = 0; i < 200 && calls === 0; i++) await setTimeout(5);
  t.ok(calls > 0);
});
