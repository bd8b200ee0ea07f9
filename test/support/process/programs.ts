/** What is installed on this machine. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export function isReadable(path: string, mode: number = constants.R_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** The first of these programs that is in PATH. */
export function findProgram(...names: readonly string[]): string | undefined {
  const { PATH = '' } = process.env;
  const folders = PATH.split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => isReadable(path, constants.X_OK));
}
