/** docs/guide/runtimes.md shows lines to paste: each is one that a row of the matrix runs. */
import { readdir, readFile } from 'node:fs/promises';
import t from 'tap';
import { root } from '../../harness/index.js';

const rows = new URL('verification/matrix/rows/', root);

t.test('each line of the page is in a row', async (t) => {
  const sources = await Promise.all((await readdir(rows)).map((name) => readFile(new URL(name, rows), 'utf8')));
  const known = sources.join('\n');
  const page = await readFile(new URL('docs/guide/runtimes.md', root), 'utf8');
  const lines = [...page.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
  t.ok(lines.length > 20, `${lines.length} lines`);
  for (const line of lines) t.ok(known.includes(line.trim()), line);
});
