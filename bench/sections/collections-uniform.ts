/** What a get() costs where all keys are read and kept, in a process with one SharedMap. */
import { contest } from '../measure/contest.js';
import { get, reads, rounds } from '../measure/route-reads.js';
import { COUNT, check, keys, privateMap, sharedMap, warm } from '../measure/routes.js';

const map = privateMap();
const wide = sharedMap({ near: 65_536 });
check('a private Map', (key) => map.get(key));
check('SharedMap', (key) => wide.get(key));
warm(wide, COUNT);

contest({
  id: 'uniform',
  title: `get(), all ${COUNT} keys`,
  ...rounds,
  contenders: {
    map: { label: 'a private Map', sample: reads([...keys], get, { map }) },
    wide: { label: 'SharedMap, near: 65,536', sample: reads([...keys], get, { map: wide }), to: ['map'] },
  },
});
