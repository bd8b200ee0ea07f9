/** The tables of figures in docs/ are what tools/doc-tables.js makes of the stored reports. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { root } from '../../harness/index.js';
import { runCommand } from '../support/process/fresh.js';

const script = fileURLToPath(new URL('tools/doc-tables.js', root));

t.test('they are up to date', async (t) => {
  t.match(await runCommand(execPath, [script, '--check'], { cwd: fileURLToPath(root) }), { status: 0, stderr: '' });
});

t.test('a figure that was changed by hand is found, and mended', async (t) => {
  const folder = t.testdir({});
  for (const name of ['docs', 'README.md']) cpSync(new URL(name, root), join(folder, name), { recursive: true });
  const page = join(folder, 'docs/internals/benchmarks.md');
  const right = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    right.replace(/( ns +)(\d)/, (_, before, digit) => `${before}${(Number(digit) + 1) % 10}`),
  );
  const run = (...args: string[]) => runCommand(execPath, [script, ...args], { cwd: folder });
  t.match(await run('--check'), { status: 1, stderr: /benchmarks\.md: not up to date\. Run: npm run docs:tables/ });
  t.match(await run(), { status: 0 });
  t.equal(readFileSync(page, 'utf8'), right);
  t.match(await run('--check'), { status: 0 });
});
