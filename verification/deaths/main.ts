/**
 * Ends many workers at random points, in every way in which a worker may end, and watches that nobody is held up by
 * them: a thread that lives on goes on, grace periods end, slots are found again, and no word is torn.
 *
 * `npm run deaths -- EACH [SEED]` ends so many of each kind, and prints a line for each; out of memory, which takes
 * long, a tenth of that. The seed is that of the choices; when a thread is scheduled, nobody chooses.
 */
import { argv } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RcuDomain } from 'node-membarrier/rcu';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type End, ends } from '../../test/support/process/ends.js';
import { type Mortal, startMortal } from '../../test/support/rcu/mortal.js';
import type { Occupation } from '../../test/support/rcu/occupations.js';
import { checkSlots } from '../../test/support/rcu/words.js';
import { type Below, endOrphans } from './orphans.js';

const occupations = ['section', 'reading', 'registering', 'synchronizing', 'asleep', 'own', 'ownAsleep'] as const;

/**
 * At the same time. There are slots for twice as many readers as ever live, so that those of the dead have to be found.
 */
const TOGETHER = 4;
const SLOTS = 2 * (1 + 2 * (1 + TOGETHER));

export interface Deaths {
  readonly occupation: Occupation | 'orphaned';
  readonly end: End;
  readonly deaths: number;
}

export async function endMany(each: number, seed: number, told: (deaths: Deaths) => void): Promise<void> {
  const random = xoroshiro128plus(seed);
  const below = (most: number) => uniformInt(random, 0, most - 1);
  const domain = RcuDomain.createSync({ maxReaders: SLOTS });
  const own = domain.registerReader();
  const survivor = await startMortal(domain.handle, 'everything', 'naturally');
  for (const end of ends) {
    const wanted = end === 'outOfMemory' ? Math.ceil(each / 10) : each;
    for (const occupation of occupations) {
      for (let left = wanted; left > 0; left -= TOGETHER) {
        const mortals = await Promise.all(
          Array.from({ length: Math.min(TOGETHER, left) }, () => startMortal(domain.handle, occupation, end)),
        );
        const before = survivor.done();
        await endAll(mortals, domain, below, end !== 'wait');
        while (survivor.done() === before) await setTimeout(1);
        checkSlots(domain);
      }
      own.read(() => {});
      told({ occupation, end, deaths: wanted });
    }
    told({ occupation: 'orphaned', end, deaths: await endOrphans(wanted, end, below) });
  }
  await survivor.end();
  domain.synchronizeSync();
  for (let slot = 1; slot < SLOTS; slot++) domain.registerReader();
}

/** Grace periods wait for them, or are driven meanwhile. */
async function endAll(mortals: Mortal[], domain: RcuDomain, below: Below, mayBlock: boolean): Promise<void> {
  const waited = below(2) === 0 ? domain.synchronize() : undefined;
  const dead: Promise<void>[] = [];
  for (const mortal of mortals) {
    dead.push(mortal.end());
    if (below(4) === 0) await setTimeout(below(3));
    if (below(4) === 0) await dead.at(-1);
    domain.poll(domain.startPoll());
  }
  if (mayBlock && below(2) === 0) domain.synchronizeSync();
  await Promise.all(dead);
  await waited;
  await domain.synchronize();
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [each, seed] = [Number(argv[2] ?? 100), Number(argv[3] ?? Date.now() & 0x7fff_ffff)];
  console.log(`seed ${seed}`);
  await endMany(each, seed, ({ occupation, end, deaths }) => console.log(`${end}, ${occupation}: ${deaths} deaths`));
}
