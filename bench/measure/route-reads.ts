/** Loops that read routes from a map, as samples of a contest: in another order each time. */
import { bySiblings } from './counted.js';
import { byEffort } from './effort.js';
import { HOT, shuffle } from './routes.js';
import { loopOf, nanosecondsEach, type Sample } from './samples.js';

export const rounds = { rounds: byEffort(30, 300), warmUp: 10, notes: bySiblings.notes };

/** Reads all of `order`, which is shuffled before each sample. */
export function reads(order: unknown[], statement: string, names: object): Sample {
  const run = loopOf(statement, { order, ...names });
  return () => {
    shuffle(order);
    return nanosecondsEach(order.length, run);
  };
}

/** Reads as many key strings that `make` has just made: none has been looked up before. */
export function freshReads(make: (number: number) => string, names: object): Sample {
  const order: string[] = Array.from({ length: HOT }, () => '');
  const numbers = Array.from({ length: HOT }, (_, i) => i);
  const run = loopOf(get, { order, ...names });
  return () => {
    for (const [i, number] of shuffle(numbers).entries()) order[i] = make(number);
    return nanosecondsEach(HOT, run);
  };
}

export const get = "if (map.get(order[i]) === undefined) throw new Error('a key is missing');";
export const getBytes = "if (map.getBytes(order[i], into) < 0) throw new Error('a key is missing');";
