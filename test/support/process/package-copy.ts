/** The package in a folder of its own, without a binary: as on an architecture that has none. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { root } from '../../../harness/index.js';

export async function packageWithoutBinary(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'node-membarrier-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const source = fileURLToPath(root);
  const bundles = (await readdir(join(source, 'dist'))).filter((name) => name.endsWith('.js'));
  for (const file of ['package.json', ...bundles.map((name) => `dist/${name}`)]) {
    await cp(join(source, file), join(folder, file));
  }
  return folder;
}
