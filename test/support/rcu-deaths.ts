/**
 * Ends many workers at random points, in every way in which a worker may end, and watches that nobody is held up by them:
 * grace periods end, slots are found again, and no word of a slot is torn.
 *
 * `npm run deaths -- EACH [SEED]` ends so many of each kind, and prints a line for each; out of memory, which takes long, a
 * tenth of that. The seed is that of the choices; when a thread is scheduled, nobody chooses.
 */
import { argv } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RcuDomain } from 'node-membarrier/rcu';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type End, ends, type Mortal, type Occupation, startMortal } from './rcu-mortal.js';
import { checkSlots } from './rcu-words.js';

const occupations: readonly Occupation[] = [
  'section',
  'reading',
  'registering',
  'synchronizing',
  'waiting',
  'ownDomain',
];

/** At the same time. With fewer slots than would do without those of the dead. */
const TOGETHER = 4;
const SLOTS = 4 * TOGETHER;

export interface Deaths {
  readonly occupation: Occupation;
  readonly end: End;
  readonly deaths: number;
}

/** Whoever sleeps does so in a section; at other occupations terminate() comes at any point anyway. */
function occupationsOf(end: End): readonly Occupation[] {
  return end === 'wait' ? ['section'] : occupations;
}

export async function endMany(each: number, seed: number, told: (deaths: Deaths) => void): Promise<void> {
  const random = xoroshiro128plus(seed);
  const below = (most: number) => uniformInt(random, 0, most - 1);
  const domain = RcuDomain.createSync({ maxReaders: SLOTS });
  const own = domain.registerReader();
  for (const end of ends) {
    for (const occupation of occupationsOf(end)) {
      const wanted = end === 'outOfMemory' ? Math.ceil(each / 10) : each;
      let deaths = 0;
      while (deaths < wanted) {
        const together = Math.min(TOGETHER, wanted - deaths);
        const mortals = await Promise.all(
          Array.from({ length: together }, () => startMortal(domain.handle, occupation, end)),
        );
        await endAll(mortals, domain, below);
        deaths += together;
        checkSlots(domain);
      }
      domain.synchronizeSync();
      own.read(() => {});
      told({ occupation, end, deaths });
    }
  }
}

/** Grace periods wait for them, or are driven meanwhile. */
async function endAll(mortals: Mortal[], domain: RcuDomain, below: (most: number) => number): Promise<void> {
  const waited = below(2) === 0 ? domain.synchronize() : undefined;
  for (const mortal of mortals) {
    const ended = mortal.end();
    if (below(4) === 0) await setTimeout(below(3));
    domain.poll(domain.startPoll());
    await ended;
  }
  await waited;
  await domain.synchronize();
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [each, seed] = [Number(argv[2] ?? 100), Number(argv[3] ?? Date.now() & 0x7fff_ffff)];
  console.log(`seed ${seed}`);
  await endMany(each, seed, ({ occupation, end, deaths }) => console.log(`${end}, ${occupation}: ${deaths} deaths`));
}
