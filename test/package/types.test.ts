/** What must not compile does not, each line for the reason that its comment names; everything else does. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { root } from '../../harness/index.js';
import { runBare } from '../support/process/fresh.js';

const path = (name: string) => fileURLToPath(new URL(name, root));
const expectation = /\/\/ (TS\d+)$/;

/** One line for each error, as `barriers.ts:12 TS2345`. */
async function compile(): Promise<string[]> {
  const tsc = path('node_modules/typescript/bin/tsc');
  const { stdout } = await runBare([tsc, '--project', path('test/package/types'), '--pretty', 'false']);
  const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
  return errors.map((line) => line.replace(/^.*\/types\/(.+)\((\d+),\d+\): error (TS\d+).*/, '$1:$2 $3'));
}

async function expected(name: string): Promise<string[]> {
  const lines = (await readFile(path(`test/package/types/${name}`), 'utf8')).split('\n');
  return lines.flatMap((line, i) => {
    const code = expectation.exec(line)?.[1];
    return code === undefined ? [] : [`${name}:${i + 1} ${code}`];
  });
}

t.test('the errors are those that the cases name', async (t) => {
  const names = (await readdir(path('test/package/types'))).filter((name) => name.endsWith('.ts'));
  const wanted = (await Promise.all(names.map(expected))).flat();
  t.ok(wanted.length > 30, `${wanted.length} lines must not compile`);
  t.strictSame((await compile()).sort(), wanted.sort());
});
