/**
 * Which CPUs `{ cpu }` may name: those that the machine can have, by /sys, or where that cannot be read, has online.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { membarrier } from 'node-membarrier';
import t from 'tap';
import { root } from '../../harness/index.js';
import { permissionFlag, runBare } from '../support/process/fresh.js';
import { unless } from '../support/process/kernel.js';

t.test(
  'the last possible CPU is taken, the one after it is not',
  { skip: unless('PRIVATE_EXPEDITED_RSEQ') },
  async (t) => {
    const possible = await readFile('/sys/devices/system/cpu/possible', 'utf8');
    const last = Number(/(\d+)\s*$/.exec(possible)?.[1]);
    const barrier = membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ');
    t.equal(barrier({ cpu: last }), undefined);
    t.throws(() => barrier({ cpu: last + 1 }), {
      code: 'ERR_OUT_OF_RANGE',
      message: new RegExp(`from 0 to ${last}\\. Received ${last + 1}$`),
    });
  },
);

t.test('where /sys cannot be read, the CPUs that are online', { skip: unless('PRIVATE_EXPEDITED_RSEQ') }, async (t) => {
  const script = `
    import { membarrier } from 'node-membarrier';
    const barrier = membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ');
    barrier({ cpu: 0 });
    try { barrier({ cpu: 1e6 }); } catch ({ code }) { console.log(code); }`;
  const folder = await mkdtemp(fileURLToPath(new URL('dist/cpus-', root)));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'script.mjs'), script);
  const flags = [permissionFlag, '--allow-addons', `--allow-fs-read=${fileURLToPath(root)}*`, '--no-warnings'];
  t.strictSame(await runBare([...flags, join(folder, 'script.mjs')]), {
    status: 0,
    signal: null,
    stdout: 'ERR_OUT_OF_RANGE\n',
    stderr: '',
  });
});
