/**
 * The list of mutants keeps up with the code: what each of them changes is there. `npm run mutants` says which test
 * notices it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { copyPackage } from '../../verification/faults/variant.js';
import { mutants } from '../../verification/mutants/mutants.js';
import { clone, edited } from '../../verification/mutants/variant.js';

t.test('what a mutant changes is in its file, once', async (t) => {
  for (const mutant of mutants) t.doesNotThrow(() => edited(mutant, clone), mutant.name);
  const gone = { name: 'gone', file: 'core/barrier.js', edits: [['not in the file', '']], tests: [] } as const;
  t.throws(() => edited(gone, clone), { message: /its text is in core\/barrier.js 0 times/ });
});

t.test('a copy of the package has every addon, so that without a mutant its tests pass', async (t) => {
  const addons = readdirSync(join(clone, 'build/Release')).filter((name) => name.endsWith('.node'));
  const copy = copyPackage(join(t.testdir({}), 'copy'));
  for (const addon of addons) t.ok(existsSync(join(copy, 'build/Release', addon)), addon);
});
