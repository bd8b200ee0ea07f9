/** What a get() costs by strings that were never looked up before, of keys that the thread keeps. */
import { contest } from '../measure/contest.js';
import { freshReads, rounds } from '../measure/route-reads.js';
import { HOT, keyOf, routes, sharedMap } from '../measure/routes.js';

// Maps of their own: what is looked up by such strings was stored by such strings.
for (const [id, make, about] of [
  ['received', (number: number) => Buffer.from(keyOf(number)).toString('latin1'), 'just come from a buffer'],
  ['joined', keyOf, 'just been joined of two'],
] as const) {
  const map = new Map(routes.map((route, i) => [make(i), route]));
  const near = sharedMap();
  for (let round = 0; round < 3; round++) for (let i = 0; i < HOT; i++) near.get(make(i));
  contest({
    id,
    title: `get(), ${HOT} keys, whose strings have ${about}`,
    ...rounds,
    contenders: {
      map: { label: 'a private Map', sample: freshReads(make, { map }) },
      near: { label: 'SharedMap', sample: freshReads(make, { map: near }), to: ['map'] },
    },
  });
}
