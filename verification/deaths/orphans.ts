/** Threads that end with the last references to their domain's memory: the one that created it has dropped its own. */
import { setImmediate } from 'node:timers/promises';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RcuDomain } from 'node-membarrier/rcu';
import type { End } from '../../test/support/process/ends.js';
import { type Mortal, startMortal } from '../../test/support/rcu/mortal.js';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** One in a section, one in synchronizeSync() and one in synchronize(), which wait for it. */
const family = ['section', 'waiting', 'asleep'] as const;

/** Answers a random integer from 0 to one less than this. */
export type Below = (most: number) => number;

/** Answers how many. */
export async function endOrphans(wanted: number, end: End, below: Below): Promise<number> {
  let deaths = 0;
  for (; deaths < wanted; deaths += family.length) {
    const [orphans, theirs] = await startOrphans(end);
    await setImmediate(); // until then a WeakRef holds what it was made of
    collectGarbage();
    if (theirs.deref() !== undefined) throw new Error('this thread still has the memory');
    const last = below(family.length);
    await Promise.all([...orphans.slice(last), ...orphans.slice(0, last)].map((orphan) => orphan.end()));
  }
  return deaths;
}

async function startOrphans(end: End): Promise<[Mortal[], WeakRef<object>]> {
  const domain = RcuDomain.createSync();
  const orphans = await Promise.all(family.map((occupation) => startMortal(domain.handle, occupation, end)));
  return [orphans, new WeakRef(domain.imports.memory)];
}
