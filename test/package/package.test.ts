/** The package as its users meet it: imported, required, from the command line's name; and what it brings along. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseSync } from 'oxc-parser';
import t from 'tap';
import { root } from '../../harness/index.js';
import { pretendDarwin, runBare } from '../support/process/fresh.js';

const clone = fileURLToPath(root);
const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));

t.test('import and require() give the same', async (t) => {
  const script = `
    import { createRequire } from 'node:module';
    import * as imported from 'node-membarrier';
    const required = createRequire(import.meta.url)('node-membarrier');
    console.log(Object.keys(imported).join() === Object.keys(required).join(), imported.membarrier === required.membarrier);`;
  const { stdout, status } = await runBare(['--input-type=module', '--no-warnings', '--eval', script]);
  t.match({ stdout, status }, { stdout: 'true true\n', status: 0 });
});

t.test('importing prints nothing', async (t) => {
  const { stdout, stderr, status } = await runBare(['--input-type=module', '--eval', "import 'node-membarrier'"]);
  t.strictSame({ stdout, stderr, status }, { stdout: '', stderr: '', status: 0 });
});

t.test('its exports', async (t) => {
  t.strictSame(Object.keys(await import('node-membarrier')).sort(), [
    'BlockedError',
    'Command',
    'Flag',
    'MembarrierError',
    'NotRegisteredError',
    'UnavailableError',
    'UnsupportedCommandError',
    'membarrier',
  ]);
});

t.test('node-membarrier/fence', async (t) => {
  t.strictSame(Object.keys(await import('node-membarrier/fence')).sort(), [
    'AsymmetricFence',
    'BiasedLock',
    'FenceError',
  ]);
  const script = `
    import { createRequire } from 'node:module';
    import { AsymmetricFence } from 'node-membarrier/fence';
    import { MembarrierError } from 'node-membarrier';
    const required = createRequire(import.meta.url)('node-membarrier/fence');
    const { heavy } = AsymmetricFence.createSync();
    console.log(required.AsymmetricFence === AsymmetricFence, heavy.command);
    const error = await AsymmetricFence.create({ fallback: 'error' }).catch((error) => error);
    console.log(error instanceof MembarrierError, error.constructor.name);`;
  const flags = ['--input-type=module', '--no-warnings', '--eval', script];
  t.match(await runBare(flags), { stdout: 'true PRIVATE_EXPEDITED\nfalse AsymmetricFence\n', stderr: '', status: 0 });
  const darwin = await runBare([...pretendDarwin, ...flags]);
  t.match(darwin, { stdout: 'true undefined\ntrue UnavailableError\n', status: 0 }, 'errors are those of the facade');
});

t.test('node-membarrier/collections', async (t) => {
  t.strictSame(Object.keys(await import('node-membarrier/collections')).sort(), [
    'CollectionError',
    'SharedCell',
    'SharedMap',
  ]);
});

t.test('node-membarrier/rcu', async (t) => {
  t.strictSame(Object.keys(await import('node-membarrier/rcu')).sort(), ['RcuDomain', 'RcuError', 'STALL_CHANNEL']);
});

t.test('a second instance in one thread, as module registries of test runners make it', async (t) => {
  const url = new URL('dist/fence.js', root).href;
  const script = `
    const words = new Int32Array(new SharedArrayBuffer(16));
    for (const query of ['?a', '?b']) {
      const { AsymmetricFence, BiasedLock } = await import('${url}' + query);
      const lock = new BiasedLock(AsymmetricFence.createSync(), words);
      console.log(lock.tryLock());
      lock.unlock();
    }`;
  const { status, stdout, stderr } = await runBare(['--input-type=module', '--eval', script]);
  t.strictSame({ status, stdout, stderr }, { status: 0, stdout: 'true\ntrue\n', stderr: '' });
});

t.test('it depends on nothing, and installing it runs nothing', async (t) => {
  t.notOk(manifest.dependencies);
  t.notOk(manifest.optionalDependencies);
  t.notOk(manifest.peerDependencies);
  t.equal(manifest.gypfile, false, 'npm does not build it by itself');
  for (const script of ['preinstall', 'install', 'postinstall']) t.notOk(manifest.scripts[script], script);
  t.notOk(manifest.os, 'it can be installed on every platform');
});

async function packed(folder: string): Promise<{ path: string; size: number }[]> {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
  });
  return JSON.parse(stdout)[0].files;
}

t.test('the package holds the library and its types, the command line, the guide: nothing else', async (t) => {
  const files = (await packed(clone)).map(({ path }) => path);
  for (const file of [
    'dist/index.js',
    'dist/fence.js',
    'dist/rcu.js',
    'dist/collections.js',
    'dist/lib/core/index.d.ts',
    'dist/lib/fence/index.d.ts',
    'dist/lib/rcu/index.d.ts',
    'dist/lib/collections/index.d.ts',
    'dist/litmus-thread.js',
    'dist/membarrier.js',
    'docs/guide/rcu.md',
    'docs/guide/collections.md',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'THIRD-PARTY.md',
  ]) {
    t.ok(files.includes(file), file);
  }
  const allowed = (await readFile(new URL('tools/allowed-contents.txt', root), 'utf8')).trim().split('\n');
  const known = new RegExp(`^(${allowed.join('|')})$`);
  t.strictSame(
    files.filter((file) => !known.test(file)),
    [],
    'nothing that npm would build from, no sources, no source maps, nothing for contributors',
  );
});

t.test('each export has a row in the table of stability', async (t) => {
  const page = await readFile(new URL('docs/guide/guarantees.md', root), 'utf8');
  const rows = [...page.matchAll(/^\| (`.*`) \| `(.*)` \| (stable|experimental)/gm)];
  for (const [entry, folder] of [
    ['node-membarrier', 'core'],
    ['node-membarrier/fence', 'fence'],
    ['node-membarrier/rcu', 'rcu'],
    ['node-membarrier/collections', 'collections'],
  ] as const) {
    const labelled = rows.filter(([, , of]) => of === entry).flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
    t.strictSame(
      labelled.sort(),
      exportsOf(await readFile(new URL(`lib/${folder}/index.ts`, root), 'utf8')).sort(),
      entry,
    );
  }
});

/** The names that a module exports, types too. */
function exportsOf(text: string): string[] {
  const { module } = parseSync('index.ts', text);
  return module.staticExports.flatMap(({ entries }) => entries.flatMap(({ exportName }) => exportName.name ?? []));
}

t.test('node-membarrier-bench: its version is that of the library, which it depends on', async (t) => {
  const bench = JSON.parse(await readFile(new URL('bench/package.json', root), 'utf8'));
  t.equal(bench.version, manifest.version);
  t.strictSame(bench.dependencies, { 'node-membarrier': manifest.version });
  t.ok(existsSync(new URL(bench.bin['node-membarrier-bench'], root)));
});

t.test('what is published imports nothing that is not in it', async (t) => {
  const entries = await readdir(new URL('dist', root), { recursive: true });
  const modules = entries.filter((name) => /^(bench|harness|terminal)\/.*\.js$|^[^/]*\.js$/.test(name));
  t.ok(modules.includes('bench/libraries/d3-scale.js'));
  for (const name of modules) {
    const text = await readFile(new URL(`dist/${name}`, root), 'utf8');
    const { module } = parseSync(name, text);
    const specifiers = module.staticImports
      .map(({ moduleRequest }) => moduleRequest.value)
      .concat(
        module.staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
      );
    t.strictSame(
      specifiers.filter((specifier) => !/^\.|^node:|^node-membarrier/.test(specifier)),
      [],
      name,
    );
  }
});

t.test('the lockfile names no registry', async (t) => {
  t.notMatch(await readFile(new URL('package-lock.json', root), 'utf8'), /"resolved"|https?:\/\/registry/);
});
