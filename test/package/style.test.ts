/** What biome does not look at: strings and comments fit 120 columns, in all that is no test. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { root } from '../../harness/index.js';

const clone = fileURLToPath(root);
const files = (...patterns: string[]) =>
  execFileSync('git', ['ls-files', ...patterns], { cwd: clone, encoding: 'utf8' })
    .trim()
    .split('\n');
const linesOf = (file: string) => readFileSync(join(clone, file), 'utf8').split('\n');
const tooLong = (file: string, isChecked: (line: string) => boolean) =>
  linesOf(file).flatMap((line, i) => (line.length > 120 && isChecked(line) ? [`${file}:${i + 1}`] : []));

t.test('every line of the library and the tools', async (t) => {
  const folders = [
    'lib',
    'litmus',
    'harness',
    'terminal',
    'cli',
    'examples',
    'bench',
    'native',
    'test/native',
    'tools',
    '.ci',
    'verification/model',
  ];
  t.strictSame(
    // Licences are the words of others.
    files(...folders, 'binding.gyp', 'CMakeLists.txt', ':!*THIRD-PARTY.md').flatMap((file) =>
      tooLong(file, () => true),
    ),
    [],
  );
});

t.test('every comment', async (t) => {
  const isComment = (line: string) => /^\s*(\/\*|\*|\/\/|;;|#)/.test(line);
  t.strictSame(
    files('*.ts', '*.js', '*.c', '*.cc', '*.h', '*.wat').flatMap((file) => tooLong(file, isComment)),
    [],
  );
});
