/**
 * Makes docs/reference/ of the docstrings of lib/.
 *
 *     npm run docs:reference             writes the pages
 *     npm run docs:reference -- --check  fails if a page is not up to date, or something public has no docstring
 *
 * TypeDoc is installed in this folder, since it needs an older TypeScript than the project is compiled with.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const made = join(here, 'out');
const kept = join(here, '../../docs/reference');

if (!existsSync(join(here, 'node_modules'))) {
  execFileSync('npm', ['ci', '--silent'], { cwd: here, stdio: 'inherit' });
}
rmSync(made, { recursive: true, force: true });
try {
  execFileSync('npx', ['typedoc', '--logLevel', 'Warn'], { cwd: here, stdio: ['ignore', 'inherit', 'inherit'] });
} catch {
  console.error('TypeDoc has warnings: every public class, member and option needs a docstring.');
  process.exit(1);
}

if (argv[2] === '--check') {
  const stale = [...new Set([...pages(made), ...pages(kept)])].filter(
    (page) => textOf(made, page) !== textOf(kept, page),
  );
  if (stale.length > 0) {
    console.error(`docs/reference: ${stale.join(', ')} not up to date. Run: npm run docs:reference`);
    process.exitCode = 1;
  }
} else {
  rmSync(kept, { recursive: true, force: true });
  cpSync(made, kept, { recursive: true });
}

function pages(folder) {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.md')) : [];
}

function textOf(folder, page) {
  return existsSync(join(folder, page)) ? readFileSync(join(folder, page), 'utf8') : undefined;
}
