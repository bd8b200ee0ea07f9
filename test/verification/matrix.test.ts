/** docs/guide/runtimes.md shows lines to paste: each is one that a row of the matrix runs. */
import { readdir, readFile } from 'node:fs/promises';
import t from 'tap';
import { root } from '../../harness/index.js';

const rows = new URL('verification/matrix/rows/', root);
const trimmed = (text: string) => text.replaceAll(/^ +/gm, '');

t.test('each block of the page is in a row', async (t) => {
  const names = await readdir(rows);
  const sources = (await Promise.all(names.map((name) => readFile(new URL(name, rows), 'utf8')))).map(trimmed);
  const page = await readFile(new URL('docs/guide/runtimes.md', root), 'utf8');
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  t.ok(blocks.length > 10, `${blocks.length} blocks`);
  for (const [, language, block = ''] of blocks) {
    const text = trimmed(block).trim();
    // A command is a string of its own; a configuration is part of one.
    const parts = language === 'sh' ? text.split('\n').map((line) => `'${line}'`) : [text];
    for (const part of parts)
      t.ok(
        sources.some((source) => source.includes(part)),
        part,
      );
  }
});
