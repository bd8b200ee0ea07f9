/** The package with a fault in it, in a folder of its own: what is compiled, and the addons. */

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RolldownOptions, rolldown } from 'rolldown';
import { root } from '../../harness/index.js';
import type { Fault } from './faults.js';

const clone = fileURLToPath(root);

/** What is not compiled to dist/. */
function importFromClone<T>(path: string): Promise<T> {
  return import(new URL(path, `file://${clone}`).href) as Promise<T>;
}

const { assemble, withIncluded } = await importFromClone<{
  readonly assemble: (path: string, text: string) => Record<string, string>;
  readonly withIncluded: (path: string, text: string) => string;
}>('tools/assemble.js');

/** The WebAssembly texts of the library. */
const texts = ['lib/rcu/domain.wat', 'lib/collections/table.wat'];

/** A text with what it includes. `folder` is the clone or a copy of it. */
export function readText(folder: string, path: string): string {
  return withIncluded(path, readFileSync(join(folder, path), 'utf8'));
}

/** Answers the folder of what is compiled. Without a fault it is a copy, and should behave as one. */
export async function createVariant(fault: Fault | undefined): Promise<string> {
  const folder = copyPackage(join(clone, 'out', 'faults', fault?.name ?? 'none'));
  if (fault !== undefined) plant(fault, join(folder, 'dist'));
  await bundle(folder);
  return join(folder, 'dist');
}

/** What is compiled, and the addons. */
export function copyPackage(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  const addons = readdirSync(join(clone, 'build/Release')).filter((name) => name.endsWith('.node'));
  for (const part of ['package.json', 'dist', ...addons.map((name) => `build/Release/${name}`)]) {
    cpSync(join(clone, part), join(folder, part), { recursive: true });
  }
  return folder;
}

function plant(fault: Fault, dist: string): void {
  const { file } = fault;
  if (!file.endsWith('.wat')) {
    const path = join(dist, file);
    writeFileSync(path, replaced(fault, readFileSync(path, 'utf8')));
    return;
  }
  // What a text includes may be in others, too.
  for (const path of texts) {
    const text = readText(clone, path);
    if (path === file || text.includes(fault.text)) assembleInto(dist, path, replaced(fault, text));
  }
}

/** The modules of a text, in the place of those that are compiled. */
export function assembleInto(dist: string, path: string, text: string): void {
  for (const [end, module] of Object.entries(assemble(path, text))) {
    writeFileSync(join(dist, path.replace(/\.wat$/, `${end}.js`)), module);
  }
}

/** As the package's is made, which the torture test imports, but of what has been compiled. */
export async function bundle(folder: string): Promise<void> {
  const { entries } = await importFromClone<{ entries: Config }>('rolldown.config.js');
  const { input, output, ...options } = entries;
  const compiled = Object.entries(input).map(([name, path]) => [name, join('dist', path.replace(/\.ts$/, '.js'))]);
  const bundle = await rolldown({ ...options, input: Object.fromEntries(compiled), cwd: folder });
  await bundle.write({ ...output, dir: join(folder, 'dist') });
}

type Config = Pick<RolldownOptions, 'platform'> & {
  readonly input: Record<string, string>;
  readonly output: object;
};

function replaced({ name, file, text, instead }: Fault, source: string): string {
  const [before, after, ...more] = source.split(text);
  if (before !== undefined && after !== undefined && more.length === 0) return before + instead + after;
  throw new Error(`fault ${name}: ${file} has its text ${more.length === 0 ? 'nowhere' : 'more than once'}`);
}
