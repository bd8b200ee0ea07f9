/** The functions of a WebAssembly text, as it is assembled: for tests that read it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from '../../../harness/index.js';

export interface WatFunction {
  /** As it is exported, or as it is named. */
  readonly name: string;
  /** The instructions, in order. */
  readonly instructions: readonly string[];
}

const { expand, withIncluded } = (await import(new URL('tools/assemble.js', root).href)) as {
  readonly expand: (text: string) => string;
  readonly withIncluded: (path: string, text: string) => string;
};

/** Comments and imports go, an opening parenthesis begins an instruction. */
export function functionsOf(path: string): WatFunction[] {
  const text = expand(withIncluded(path, readFileSync(fileURLToPath(new URL(path, root)), 'utf8')));
  const code = text
    .replaceAll(/;;.*$|\(import .*$/gm, '')
    .replaceAll(/"[^"]*"/g, (string) => string.replaceAll(/\W/g, '_'));
  return code
    .split(/(?=\(func )/)
    .slice(1)
    .map((text) => ({
      name: /\(export _(\w+)_\)/.exec(text)?.[1] ?? /\(func \$(\w+)/.exec(text)?.[1] ?? '',
      instructions: [...text.matchAll(/\(\s*([a-z][\w.]*)/g)].map(([, instruction]) => instruction as string),
    }));
}

export const isWrite = (instruction: string): boolean => /\.store|\.rmw|^memory\.(copy|fill)/.test(instruction);

/** Where V8 may stop a thread. */
export const mayStop = (instruction: string): boolean =>
  /^(loop|call\w*|return_call\w*|br\w*|memory\.atomic\.wait\d+)$/.test(instruction);
