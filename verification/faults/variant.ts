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

type Assemble = (path: string, text: string) => Record<string, string>;

/** Answers the folder of what is compiled. Without a fault it is a copy, and should behave as one. */
export async function createVariant(fault: Fault | undefined): Promise<string> {
  const folder = copyPackage(join(clone, 'out', 'faults', fault?.name ?? 'none'));
  if (fault !== undefined) await plant(fault, join(folder, 'dist/lib/rcu'));
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

async function plant(fault: Fault, rcu: string): Promise<void> {
  if (fault.file !== 'domain.wat') {
    const path = join(rcu, fault.file);
    writeFileSync(path, replaced(fault, readFileSync(path, 'utf8')));
    return;
  }
  const path = 'lib/rcu/domain.wat';
  await assembleInto(rcu, path, replaced(fault, readFileSync(join(clone, path), 'utf8')));
}

/** Modules of domain.wat with this text. */
export async function assembleInto(rcu: string, path: string, text: string): Promise<void> {
  const { assemble } = await importFromClone<{ assemble: Assemble }>('tools/assemble.js');
  for (const [end, module] of Object.entries(assemble(path, text))) writeFileSync(join(rcu, `domain${end}.js`), module);
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
