/** docs/internals/paths.md and architecture.md keep up with the code: the files that they name are there. */
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { root } from '../../harness/index.js';

const read = (page: string) => readFileSync(new URL(`docs/internals/${page}`, root), 'utf8');
const isThere = (file: string) => existsSync(new URL(file, root));

t.test('paths.md: a line for each file of six paths', async (t) => {
  const [, ...paths] = read('paths.md').split(/^## /m);
  t.equal(paths.length, 6);
  for (const path of paths) {
    const files = [...path.matchAll(/`((?:lib|native|bench|cli|test)\/[^`]+)`/g)].map(([, file]) => file as string);
    t.ok(files.length >= 2, path.split('\n')[0] ?? '');
    for (const file of files) t.ok(isThere(file), file);
  }
});

t.test('architecture.md: folders, and the files of each', async (t) => {
  const page = read('architecture.md');
  const [, folders = ''] = /^## Folders\n([\s\S]*?)^## /m.exec(page) ?? [];
  for (const [, folder] of folders.matchAll(/`([\w/]+\/)`/gm)) t.ok(isThere(folder as string), folder as string);
  for (const [, folder, table] of page.matchAll(/^(?:\| `([\w/]+\/)` \| what \|\n\|---\|---\|\n)((?:\|.*\n)+)/gm)) {
    for (const [row] of (table as string).matchAll(/^.*$/gm)) {
      for (const [, file] of (row.split('|')[1] ?? '').matchAll(/`([\w./-]+)`/g)) {
        t.ok(isThere(`${folder}${file}`), `${folder}${file}`);
      }
    }
  }
});
