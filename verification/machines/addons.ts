/** The addons, built for another machine in a folder of their own. Answers the folder of the binaries. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { root } from '../../harness/index.js';
import type { Machine } from './machines.js';

const clone = fileURLToPath(root);

/** What they are built from. */
export const parts: readonly string[] = ['native', 'harness', 'test/native', 'binding.gyp', 'package.json'];

export async function buildAddons({ arch, triplet }: Machine, folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of parts) {
    cpSync(join(clone, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(clone, 'node_modules'), join(folder, 'node_modules'));
  const program = join(clone, 'node_modules/.bin/node-gyp');
  const args = ['rebuild', '--arch', arch, '--nodedir', 'native/nodedir', '--jobs', 'max', '--silent'];
  const env = { ...process.env, CC: `${triplet}-gcc`, CXX: `${triplet}-g++` };
  await promisify(execFile)(program, args, { cwd: folder, env, maxBuffer: 2 ** 26 });
  return join(folder, 'build/Release');
}
