/** The package in a folder of its own, without a binary: as on an architecture that has none. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { root } from '../../bench/support/harness.js';

export async function packageWithoutBinary(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'node-membarrier-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const source = fileURLToPath(root);
  for (const file of ['package.json', 'dist/index.js', 'dist/fence.js', 'dist/shared.js']) {
    await cp(join(source, file), join(folder, file));
  }
  return folder;
}
