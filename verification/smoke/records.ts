/** A record that RCU protects: two equal words. `words[PLACE]` says where the current one is, of two. */
import type { RcuDomain } from 'node-membarrier/rcu';

export const PLACE = 16;
const PLACES = [40, 48] as const;

export function publishFirst(words: Int32Array): void {
  words[PLACE] = PLACES[0];
  words.fill(7, PLACES[0], PLACES[0] + 2);
}

/** What is freed is overwritten, one word after the other. */
export async function publish(words: Int32Array, domain: RcuDomain, value: number): Promise<void> {
  const [fresh, old] = words[PLACE] === PLACES[0] ? [PLACES[1], PLACES[0]] : PLACES;
  words.fill(value, fresh, fresh + 2);
  Atomics.store(words, PLACE, fresh);
  await domain.synchronize();
  words[old] = -1;
  words[old + 1] = -2;
}

/** For a read-side critical section. */
export function isTorn(words: Int32Array): boolean {
  const place = Atomics.load(words, PLACE);
  return words[place] !== words[place + 1];
}
