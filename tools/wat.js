/** Writes, beside each WebAssembly text `NAME.wat` of the sources, what assemble.js makes of it: `NAME.wasm.ts`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from './assemble.js';

const texts = ['lib', 'bench', 'examples', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.wat'))
    .map((name) => join(folder, name)),
);
for (const path of texts) {
  for (const [end, module] of Object.entries(assemble(path, readFileSync(path, 'utf8')))) {
    writeFileSync(path.replace(/\.wat$/, `${end}.ts`), module);
  }
}
