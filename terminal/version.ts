/** The version that `--version` prints, for the library and for bench. */
import { readFileSync } from 'node:fs';
import { packageRoot } from '../lib/base/package-root.js';

/** Of the package that runs, from its package.json. */
export function packageVersion(): string {
  const manifest = readFileSync(new URL('package.json', packageRoot()), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
