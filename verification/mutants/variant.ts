/** A copy of the package with a mutant in it, in a folder of its own. */

import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../harness/index.js';
import { assembleInto, bundle, copyPackage, readText } from '../faults/variant.js';
import type { Mutant } from './mutant.js';

export const clone: string = fileURLToPath(root);

/** Answers the folder of its compiled tests. */
export async function createMutant(mutant: Mutant): Promise<string> {
  const folder = copyPackage(join(clone, 'out', 'mutants', mutant.name));
  // Tests read these.
  for (const part of [
    'tools/assemble.js',
    'lib/rcu',
    'lib/collections',
    'docs/guide',
    'test/support/rcu/nested-loop.c',
  ])
    cpSync(join(clone, part), join(folder, part), { recursive: true });
  const { file, edits } = mutant;
  if (edits.length === 0) return join(folder, 'dist/test');
  if (file.endsWith('.wat')) {
    apply(mutant, folder);
    assembleInto(join(folder, 'dist'), file, readFileSync(join(folder, file), 'utf8'));
  } else if (file.endsWith('.cc')) {
    for (const part of ['native', 'binding.gyp']) cpSync(join(clone, part), join(folder, part), { recursive: true });
    symlinkSync(join(clone, 'node_modules'), join(folder, 'node_modules'));
    apply(mutant, folder);
    execFileSync('node_modules/.bin/node-gyp', ['configure', 'build', '--silent'], { cwd: folder, stdio: 'ignore' });
  } else {
    apply(mutant, folder);
  }
  await bundle(folder);
  return join(folder, 'dist/test');
}

function apply(mutant: Mutant, folder: string): void {
  writeFileSync(pathIn(folder, mutant), edited(mutant, folder));
}

/** The text of its file, with its edits made. Throws where the file does not have what is to be edited, once. */
export function edited(mutant: Mutant, folder: string): string {
  const { name, file, edits } = mutant;
  let source = file.endsWith('.wat') ? readText(folder, file) : readFileSync(pathIn(folder, mutant), 'utf8');
  for (const [text, instead] of edits) {
    const parts = source.split(text);
    if (parts.length !== 2) throw new Error(`mutant ${name}: its text is in ${file} ${parts.length - 1} times`);
    source = parts.join(instead);
  }
  return source;
}

function pathIn(folder: string, { file }: Mutant): string {
  return join(folder, /\.(wat|cc)$/.test(file) ? file : join('dist/lib', file));
}
