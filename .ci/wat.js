/**
 * Turns each WebAssembly text `NAME.wat` of the sources into `NAME.wasm.ts` beside it: a module that exports its bytes,
 * so that whoever needs them imports them like anything else, from a file or from a bundle.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';

const wabt = await loadWabt();
const texts = ['lib', 'bench', 'examples', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.wat'))
    .map((name) => join(folder, name)),
);
for (const path of texts) {
  const module = wabt.parseWat(path, readFileSync(path, 'utf8'), { threads: true });
  // The tests want functions by their names; users are spared the bytes.
  const { buffer } = module.toBinary({ write_debug_names: path.startsWith('test') });
  module.destroy();
  const lines = [`/** ${path}, made by .ci/wat.js. */`, `export const bytes = new Uint8Array([${buffer.join(', ')}]);`];
  writeFileSync(path.replace(/\.wat$/, '.wasm.ts'), `${lines.join('\n')}\n`);
}
