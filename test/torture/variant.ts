/** The package with a fault in it, in a folder of its own: what is compiled, and the addons. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fault } from './faults.js';

const clone = fileURLToPath(new URL('../../../', import.meta.url));

type Assemble = (path: string, text: string) => Record<string, string>;

/** Answers the variant's compiled tests. Without a fault it is a copy, and should behave as one. */
export async function createVariant(fault: Fault | undefined): Promise<string> {
  const folder = join(clone, 'out', 'faults', fault?.name ?? 'none');
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['package.json', 'build/Release/membarrier.node', 'build/Release/harness.node', 'lib', 'dist']) {
    cpSync(join(clone, part), join(folder, part), { recursive: true });
  }
  exportModules(join(folder, 'package.json'));
  if (fault !== undefined) await plant(fault, join(folder, 'dist/lib/rcu'));
  return join(folder, 'dist/test');
}

/** The bundles know nothing of a fault in the modules that they were made of. */
function exportModules(path: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { exports: Record<string, unknown> };
  manifest.exports = {
    '.': './dist/lib/index.js',
    './fence': './dist/lib/fence/index.js',
    './rcu': './dist/lib/rcu/index.js',
  };
  writeFileSync(path, JSON.stringify(manifest));
}

async function plant(fault: Fault, rcu: string): Promise<void> {
  if (fault.file !== 'domain.wat') {
    const path = join(rcu, fault.file);
    writeFileSync(path, replaced(fault, readFileSync(path, 'utf8')));
    return;
  }
  const path = 'lib/rcu/domain.wat';
  const text = replaced(fault, readFileSync(join(clone, path), 'utf8'));
  const { assemble } = (await import(new URL('.ci/assemble.js', `file://${clone}`).href)) as { assemble: Assemble };
  for (const [end, module] of Object.entries(assemble(path, text))) writeFileSync(join(rcu, `domain${end}.js`), module);
}

function replaced({ name, file, text, instead }: Fault, source: string): string {
  const [before, after, ...more] = source.split(text);
  if (before !== undefined && after !== undefined && more.length === 0) return before + instead + after;
  throw new Error(`fault ${name}: ${file} has its text ${more.length === 0 ? 'nowhere' : 'more than once'}`);
}
