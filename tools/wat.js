/** Writes, beside each WebAssembly text `NAME.wat` of the sources, what assemble.js makes of it: `NAME.wasm.ts`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStale } from './stale.js';

/** Included by texts, and none itself. */
const included = ['lib/rcu/section.wat'];

/** Those that are older than their text, or than assemble.js. */
export async function writeModules() {
  for (const path of ['lib', 'bench', 'examples', 'test'].flatMap(textsIn)) {
    if (!isStale(path.replace(/\.wat$/, '.wasm.ts'), path, 'tools/assemble.js', ...included)) continue;
    const { assemble } = await import('./assemble.js');
    for (const [end, text] of Object.entries(assemble(path, readFileSync(path, 'utf8')))) {
      writeFileSync(path.replace(/\.wat$/, `${end}.ts`), text);
    }
  }
}

function textsIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.wat'))
    .map((name) => join(folder, name))
    .filter((path) => !included.includes(path));
}
