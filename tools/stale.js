/** Whether what was made is older than what it is made of: by the times at which files were written. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** `sources` are files, and folders with all in them. */
export function isStale(made, ...sources) {
  return !existsSync(made) || statSync(made).mtimeMs < Math.max(...sources.map(newest));
}

function newest(path) {
  const stat = statSync(path);
  return stat.isDirectory() ? Math.max(...readdirSync(path).map((name) => newest(join(path, name)))) : stat.mtimeMs;
}
