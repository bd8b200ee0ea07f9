/** What goes wrong in installations: damaged and foreign binaries, two copies, two versions. Each gives an error. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../../harness/index.js';
import { findProgram } from '../../../test/support/process/programs.js';
import { attempt, runNode } from '../programs.js';
import { createInstalled, type Project } from '../project.js';
import { type Group, Missing, type Row } from '../row.js';

const BINARY = `node_modules/node-membarrier/prebuilds/linux-${process.arch}/node-membarrier.node`;

/** A row that damages the installed binary. Its message must match, and nothing may crash. */
const damaged = (name: string, damage: (binary: string, project: Project) => void, message: RegExp): Row => ({
  name,
  required: true,
  async run() {
    const project = await createInstalled(name.replaceAll(/\W/g, ''));
    damage(join(project.folder, BINARY), project);
    const { status, signal, stderr } = await attempt(['node', 'main.js'], { cwd: project.folder });
    const found = message.exec(stderr)?.[0];
    if (status !== 1 || found === undefined || !stderr.includes("'ERR_MEMBARRIER_UNAVAILABLE'")) {
      throw new Error(`${signal ?? status}: ${stderr}`);
    }
    return found;
  },
});

const other = process.arch === 'x64' ? 'arm64' : 'x64';
const foreign = fileURLToPath(new URL(`prebuilds/linux-${other}/node-membarrier.node`, root));

/** A real one, that needs musl's library by the name that it has on Alpine. */
function buildForMusl(binary: string, { folder, write }: Project): void {
  const compiler = findProgram('musl-gcc');
  if (compiler === undefined) throw new Missing('musl-gcc is not installed: apt-get install musl-tools');
  write('libc.c', 'int puts(const char* s) { return *s; }');
  write('addon.c', 'int puts(const char*);\nint napi_register_module_v1(void) { return puts("loaded"); }');
  const library = 'libc.musl-x86_64.so.1';
  const cc = (...args: string[]) => execFileSync(compiler, ['-shared', '-fPIC', '-nostdlib', ...args], { cwd: folder });
  cc('libc.c', '-o', library, `-Wl,-soname,${library}`);
  cc('addon.c', '-o', binary, `./${library}`);
}

const ATTACH = `
import { RcuDomain } from 'node-membarrier/rcu';
import { RcuDomain as Other } from 'other/rcu';
import { SharedMap } from 'node-membarrier/collections';
import { SharedMap as OtherMap } from 'other/collections';
const codeOf = (act) => { try { act(); return 'accepted'; } catch ({ code, message }) { return code + ': ' + message; } };
console.log(codeOf(() => Other.attach(RcuDomain.createSync().handle)));
console.log(codeOf(() => OtherMap.attach(SharedMap.createSync().handle)));
console.log(Other.createSync().registerReader().read(() => 1), OtherMap.createSync().set('a', 1).get('a'));`;

/** A second package in the same process. */
async function second(name: string, change: (folder: string) => void, expected: RegExp): Promise<string> {
  const project = await createInstalled(name);
  const folder = join(project.folder, 'node_modules/other');
  cpSync(join(project.folder, 'node_modules/node-membarrier'), folder, { recursive: true });
  change(folder);
  project.write('attach.mjs', ATTACH);
  const printed = await runNode(['attach.mjs'], { cwd: project.folder });
  const [rcu = '', map = '', works] = printed.split('\n');
  if (!expected.test(rcu) || !expected.test(map) || works !== '1 1') throw new Error(printed);
  return rcu;
}

const copies: Row = {
  name: 'two copies in one process',
  required: true,
  run: () => second('copies', () => {}, /^ERR_(RCU_COPY|COLLECTION_VERSION): Another copy/),
};

const versions: Row = {
  name: 'two versions in one process',
  required: true,
  run: () =>
    second(
      'versions',
      (folder) => {
        const file = join(folder, 'dist/rcu.js');
        const text = readFileSync(file, 'utf8');
        const changed = text.replace(/VERSION = (\d+)/, (_, version: string) => `VERSION = ${Number(version) + 1}`);
        if (changed === text) throw new Error('no version of the layout in dist/rcu.js');
        writeFileSync(file, changed);
      },
      /^ERR_(RCU|COLLECTION)_VERSION: Another version/,
    ),
};

export const damage: Group = {
  name: 'damaged installations',
  rows: [
    damaged('a truncated binary', (binary) => truncateSync(binary, 8192), /file too short.*/),
    damaged('a binary for another architecture', (binary) => copyFileSync(foreign, binary), /it is for \w+, .*/),
    damaged('a musl binary on glibc', buildForMusl, /The binary was built for musl.*/),
    copies,
    versions,
  ],
};
