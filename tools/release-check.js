/**
 * `npm run release:check`: everything of a release but the publishing. Prints each check, and goes on after one that
 * fails.
 *
 *     npm run release:check [-- --quick]     with --quick, only what takes seconds
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv } from 'node:process';

const read = (file) => readFileSync(file, 'utf8');
const json = (file) => JSON.parse(read(file));
const run = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
/** For what takes long: it says itself how it gets on. */
const show = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' });

const manifest = json('package.json');
const { version } = manifest;

function fail(message) {
  throw new Error(message);
}

const quick = {
  'the tree is clean'() {
    const changes = run('git', 'status', '--porcelain');
    if (changes !== '') fail(`these files have changes: commit them\n${changes}`);
  },
  'package.json says where the project lives'() {
    const missing = ['repository', 'bugs', 'homepage'].filter((field) => manifest[field] === undefined);
    if (missing.length > 0) fail(`package.json has no ${missing.join(', ')}. The owner of the project fills them in`);
  },
  'the version is new, and the same everywhere'() {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) fail(`${version} is no version`);
    if (run('git', 'tag', '--list', `v${version}`) !== '') fail(`v${version} is released: choose another version`);
    const bench = json('bench/package.json');
    const versions = [json('package-lock.json').version, bench.version, bench.dependencies['node-membarrier']];
    if (versions.some((other) => other !== version))
      fail(`${version} in package.json, elsewhere ${versions.join(', ')}`);
  },
  'the changelog has an entry with a date'() {
    const heading = read('CHANGELOG.md')
      .split('\n')
      .find((line) => line.startsWith(`## ${version} `));
    if (heading === undefined) fail(`CHANGELOG.md has no entry for ${version}`);
    if (!/\(\d{4}-\d{2}-\d{2}\)$/.test(heading))
      fail(`CHANGELOG.md: "${heading}" should end with the date of the release`);
  },
  licences() {
    for (const file of ['LICENSE', 'SECURITY.md']) if (!existsSync(file)) fail(`${file} is missing`);
    run('node', 'tools/licences.js', '--check');
  },
  'no dependency at run time'() {
    const fields = ['dependencies', 'optionalDependencies', 'peerDependencies'].filter((field) => manifest[field]);
    if (fields.length > 0) fail(`package.json has ${fields.join(', ')}`);
  },
};

const long = {
  lint: () => show('npm', 'run', 'lint'),
  tests: () => show('npm', 'test'),
  'the binaries, built in another folder, are the same'() {
    const other = mkdtempSync(join(tmpdir(), 'node-membarrier-release-'));
    try {
      show('tools/prebuilds', 'every');
      run('git', 'clone', '--quiet', '.', other);
      symlinkSync(resolve('node_modules'), join(other, 'node_modules'));
      show(join(other, 'tools/prebuilds'), 'every');
      show('diff', '--recursive', 'prebuilds', join(other, 'prebuilds'));
    } finally {
      rmSync(other, { recursive: true });
    }
  },
  'the packages, installed and used': () => show('tools/check-package'),
  'the matrix': () => show('npm', 'run', 'verify:matrix'),
};

const failed = [];
for (const [name, check] of Object.entries(argv.includes('--quick') ? quick : { ...quick, ...long })) {
  try {
    check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed.push(name);
    console.log(`FAILED  ${name}: ${error.message}`);
  }
}
console.log(
  failed.length === 0 ? `\n${version} can be published` : `\n${version} cannot be published yet: ${failed.join('; ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
