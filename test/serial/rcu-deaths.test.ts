/** Many threads that end at random points, at the same time. `npm run deaths -- 1000` does so for long. */
import t from 'tap';
import { endMany } from '../../verification/deaths/main.js';

t.test('nobody is held up, and no slot is lost or torn', async (t) => {
  const seed = Date.now() & 0x7fff_ffff;
  t.comment(`seed ${seed}`);
  await endMany(5, seed, ({ occupation, end, deaths }) => t.ok(deaths > 0, `${deaths} by ${end}, ${occupation}`));
});
