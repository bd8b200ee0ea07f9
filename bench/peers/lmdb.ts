/** lmdb, where it is installed beside the package: values of JSON, in a folder that goes with the process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportMissing } from '../measure/report.js';
import { keys, type Route, routes } from '../measure/routes.js';

/** What is used of it. */
export interface Lmdb {
  readonly get: (key: string) => Route | undefined;
  readonly putSync: (key: string, value: Route) => boolean;
  readonly removeSync: (key: string) => boolean;
  readonly transactionSync: <T>(run: () => T) => T;
}

interface LmdbModule {
  readonly open: (options: { path: string; encoding: 'json'; noSync: boolean }) => Lmdb;
}

/** Undefined where it is not installed, after saying so. */
export async function openLmdb(): Promise<Lmdb | undefined> {
  const name = 'lmdb'; // no dependency of this package
  let open: LmdbModule['open'];
  try {
    ({ open } = (await import(name)) as LmdbModule);
  } catch {
    reportMissing('lmdb', 'it is not installed (npm install lmdb)');
    return undefined;
  }
  const path = mkdtempSync(join(tmpdir(), 'bench-lmdb-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  const store = open({ path, encoding: 'json', noSync: true });
  store.transactionSync(() => {
    for (const [i, key] of keys.entries()) store.putSync(key, routes[i] as Route);
  });
  return store;
}
