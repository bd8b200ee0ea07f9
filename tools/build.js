/**
 * Builds what has changed: the addons, the modules of WebAssembly texts, dist/, the package's bundles, and tap's own
 * build.
 *
 *     node tools/build.js [typescript | package]
 *
 * With `typescript`, without the addons; with `package`, without tap's own build.
 *
 * tsc and rolldown run side by side: both read the sources. A compiled file whose source is gone is removed.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import configs from '../rolldown.config.js';
import { isStale } from './stale.js';
import { writeModules } from './wat.js';

/** A program of node_modules. */
const run = (name, args) => promisify(execFile)(join('node_modules/.bin', name), args);
/** The folders whose sources are compiled to dist/. */
export const sources = ['lib', 'litmus', 'harness', 'terminal', 'cli', 'bench', 'examples', 'test', 'verification'];

/** Rejects with what the compiler says. */
export async function build({ addons = true, tap = true } = {}) {
  await writeModules();
  await Promise.all([addons && buildAddons(), compile().then(bundleLibraries), bundlePackage(), tap && buildTap()]);
}

async function buildAddons() {
  const sources = ['binding.gyp', 'native', 'harness', 'test/native', 'node_modules/node-addon-api/package.json'];
  const addons = ['build/Release/membarrier.node', 'build/Release/harness.node', 'build/Release/probes.node'];
  if (addons.some((addon) => isStale(addon, ...sources)))
    await run('node-gyp', ['configure', 'build', '--silent', '--jobs', 'max']);
}

async function compile() {
  await run('tsc', ['--incremental', '--tsBuildInfoFile', 'dist/tsc.tsbuildinfo']).catch(({ stdout, stderr }) => {
    throw new Error(stdout + stderr);
  });
  for (const folder of sources.filter((folder) => existsSync(join('dist', folder)))) {
    for (const name of readdirSync(join('dist', folder), { recursive: true })) {
      const path = join(folder, name.replace(/\.(js|d\.ts)(\.map)?$/, '.ts'));
      const isBundled = path.startsWith('bench/libraries/shared-');
      if (/\.(js|d\.ts)(\.map)?$/.test(name) && !isBundled && !existsSync(path)) rmSync(join('dist', folder, name));
    }
  }
}

const [entries, commandLine, libraries] = configs;

/** The files of its bundles. */
async function write({ output, ...input }) {
  const written = await (await rolldown({ ...input, logLevel: 'silent' })).write(output);
  return written.output.map(({ fileName }) => fileName);
}

/** What is published of dist/ itself. Bundles of an earlier build would be published as well. */
async function bundlePackage() {
  const names = (await Promise.all([write(entries), write(commandLine)])).flat();
  for (const name of readdirSync('dist')) {
    if (/\.js(\.map)?$/.test(name) && !names.includes(name)) rmSync(join('dist', name));
  }
}

/** In the place of what tsc makes of them, which imports the libraries by name. */
async function bundleLibraries() {
  const path = join('dist', `${Object.keys(libraries.input)[0]}.js`);
  const isBundle = !/from '[^.]/.test(readFileSync(path, 'utf8'));
  if (!isBundle || isStale(path, 'node_modules/.package-lock.json', 'rolldown.config.js')) await write(libraries);
}

/** tap runs with the plugins that it was built with: those of .taprc. */
async function buildTap() {
  const stamp = 'node_modules/.tap-built';
  if (!isStale(stamp, '.taprc', 'node_modules/tap/package.json')) return;
  await run('tap', ['build']);
  writeFileSync(stamp, '');
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  await build({ addons: argv[2] !== 'typescript', tap: argv[2] !== 'package' }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
