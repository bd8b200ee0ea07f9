/**
 * Assembles a WebAssembly text into modules that export its bytes, so that other modules import them as usual, from a
 * file or from a bundle. Answers their texts, by the ends of their names.
 *
 * A text may say `(light)`, the light fence. Unless it defines that itself, there is a second module,
 * `.symmetric.wasm`, for the strategy in which the light fence is what the text defines as `(fence)`.
 *
 * `(@include "FILE")` is the text of a file beside it. What is `(@define NAME ...)`d is written wherever `(NAME)` is: a
 * call would be one more place at which V8 may stop a thread. Globals that are constants are written as constants where
 * they are used: V8 would load them from memory. An access may have one as its offset: `offset=$NAME`.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';

const wabt = await loadWabt();
const light = '(drop (i32.atomic.load (i32.const 0)))';

export function assemble(path, text) {
  const source = withIncluded(path, text);
  const moduleWith = (fence) => moduleOf(path, withConstants(expand(source.replaceAll('(light)', fence))));
  if (source.includes('(@define light\n')) return { '.wasm': moduleOf(path, withConstants(expand(source))) };
  const modules = { '.wasm': moduleWith(light) };
  if (source.includes('(light)')) modules['.symmetric.wasm'] = moduleWith('(fence)');
  return modules;
}

/** The text with the files that it includes. `path` is the text's own, from the root of the clone. */
export function withIncluded(path, text) {
  const folder = join(fileURLToPath(new URL('..', import.meta.url)), dirname(path));
  return text.replaceAll(/\(@include "([^"]+)"\)\n/g, (_, name) => readFileSync(join(folder, name), 'utf8'));
}

/** The text with what is defined in its places. */
export function expand(text) {
  const definitions = text.matchAll(/ {2}\(@define (\w+)\n([\s\S]*?)\)\n\n/g);
  return [...definitions].reduce(
    (text, [definition, name, body]) => text.replace(definition, '').replaceAll(`(${name})`, body),
    text,
  );
}

function withConstants(text) {
  const constants = text.matchAll(/\(global (\$\w+)(?: \(export "\w+"\))? i(?:32|64) (\(i(?:32|64)\.const (\w+)\))\)/g);
  return [...constants].reduce(
    (text, [, name, constant, number]) =>
      text.replaceAll(`(global.get ${name})`, constant).replaceAll(`offset=${name} `, `offset=${number} `),
    text,
  );
}

function moduleOf(path, text) {
  const module = wabt.parseWat(path, text, { threads: true });
  // The tests want functions by their names; users are spared the bytes.
  const { buffer } = module.toBinary({ write_debug_names: path.startsWith('test') });
  module.destroy();
  const lines = [
    `/** ${path}, made by tools/wat.js. Base64, which Node.js reads faster than an array of numbers. */`,
    "import { Buffer } from 'node:buffer';",
    '',
    `export const bytes = Buffer.from('${Buffer.from(buffer).toString('base64')}', 'base64');`,
  ];
  return `${lines.join('\n')}\n`;
}
