/** Links of the pages: each leads to a file that is there, and what is published links to nothing that is not. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { root } from '../../harness/index.js';

const clone = fileURLToPath(root);
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: clone, encoding: 'utf8' }).trim().split('\n');
const isPublished = (path: string) => /^(README\.md|CHANGELOG\.md|LICENSE|docs\/guide\/)/.test(path);

/** The anchors of a page, as they are commonly made of headings, and those that it writes itself. */
function anchorsOf(text: string): string[] {
  const written = [...text.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id as string);
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  return [...written, ...headings];
}

for (const page of pages) {
  t.test(page, async (t) => {
    const text = readFileSync(join(clone, page), 'utf8');
    for (const [, url] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(url as string)) continue;
      const [path, anchor] = (url as string).split('#') as [string, string?];
      const target = path === '' ? page : normalize(join(dirname(page), path));
      t.ok(existsSync(join(clone, target)), `${url} is there`);
      if (isPublished(page)) t.ok(isPublished(target), `${url} is published as well`);
      if (anchor === undefined || !target.endsWith('.md')) continue;
      t.ok(anchorsOf(readFileSync(join(clone, target), 'utf8')).includes(anchor), `${url} has its heading`);
    }
  });
}
