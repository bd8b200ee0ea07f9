/** Options of Node.js, and folders that a package may find itself in. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, nodeVersions, run, runLine, runNode, users } from '../programs.js';
import { check, createInstalled, createProject, install, type Project, smokeAndDoctor, works } from '../project.js';
import { type Group, Missing, type Row, Unsupported } from '../row.js';

/** What the error must be where there is no addon, or no WebAssembly. */
async function refusal(project: Project, flags: readonly string[], code: string): Promise<never> {
  const { status, stderr } = await attempt(['node', ...flags, 'main.js'], { cwd: project.folder });
  const message = /^\w+Error: (?:Cannot call.*:\n *)?(.*)$/m.exec(stderr)?.[1];
  if (status === 0 || !stderr.includes(`'${code}'`)) throw new Error(`${status}: ${stderr}`);
  throw new Unsupported(`${code}: ${message}`);
}

const flag = (name: string, line: string, nodes: readonly string[], required = false): Row => ({
  name,
  required,
  async run() {
    const { folder } = await createInstalled(name.replaceAll(/\W/g, ''));
    for (const node of nodes) check(await runLine(line, { cwd: folder, node }));
    return line;
  },
});

const refused = (name: string, flags: readonly string[], code: string): Row => ({
  name,
  async run() {
    return refusal(await createInstalled(`refused${name.replaceAll(/\W/g, '')}`), flags, code);
  },
});

const symmetric: Row = {
  name: 'where fences are symmetric (0 for every call)',
  async run() {
    const { folder } = await createInstalled('symmetric');
    const inject = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=membarrier', '-e', 'inject=membarrier:retval=0'];
    const strace = execFileSync('sh', ['-c', 'command -v strace || true'], { encoding: 'utf8' }).trim();
    if (strace === '') throw new Missing('strace is not installed');
    const { stdout } = await attempt([strace, ...inject, 'node', 'main.js'], { cwd: folder });
    check(stdout, { ...works, supported: false, strategy: 'symmetric' });
    return 'full fences, nothing is lost';
  },
};

const hooks: Row = {
  name: 'module hooks in a thread of their own',
  async run() {
    const project = await createInstalled('hooks');
    project.write(
      'register.mjs',
      `import { register } from 'node:module';
      register('./hooks.mjs', import.meta.url);`,
    );
    project.write(
      'hooks.mjs',
      `import { SharedMap } from 'node-membarrier/collections';
      const map = SharedMap.createSync();
      export async function load(url, context, next) {
        map.update(url, (count = 0) => count + 1);
        return next(url, context);
      }`,
    );
    check(await runNode(['--import', './register.mjs', 'main.js'], { cwd: project.folder }));
    return undefined;
  },
};

const awkward: Row = {
  name: 'a path with spaces and other characters',
  async run() {
    const project = createProject('ein Weg, schön & 100% ?#');
    await install(project);
    await smokeAndDoctor(project);
    return project.folder.slice(users.length + '/projects/'.length);
  },
};

/** A tmpfs, mounted for as long as `use` takes. */
async function mounted(options: string, use: (folder: string) => Promise<string>): Promise<string> {
  const folder = join(users, `mounted-${options}`);
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    throw new Missing(`this user cannot mount: ${(error as Error).message.split('\n')[1] ?? ''}`);
  }
  try {
    cpSync((await createInstalled(`mounted-${options}`)).folder, folder, { recursive: true });
    execFileSync('mount', ['-o', `remount,${options}`, folder]);
    return await use(folder);
  } finally {
    execFileSync('umount', [folder]);
  }
}

const readOnly: Row = {
  name: 'a file system that is read-only',
  run: () =>
    mounted('ro', async (folder) => {
      check(await run(['node', 'main.js'], { cwd: folder }));
      return 'nothing is written';
    }),
};

const noExec: Row = {
  name: 'a file system without exec',
  run: () =>
    mounted('noexec', async (folder) => refusal({ folder, write: () => {} }, [], 'ERR_MEMBARRIER_UNAVAILABLE')),
};

export const flags: Group = {
  name: 'options and folders',
  rows: [
    flag(
      '--permission',
      'node --permission --allow-fs-read=* --allow-worker --allow-addons main.js',
      ['24', '26'],
      true,
    ),
    flag(
      '--experimental-permission',
      'node --experimental-permission --allow-fs-read=* --allow-worker --allow-addons main.js',
      ['20', '22.12'],
    ),
    refused(
      '--permission, without --allow-addons',
      ['--permission', '--allow-fs-read=*', '--allow-worker'],
      'ERR_MEMBARRIER_UNAVAILABLE',
    ),
    refused('--no-addons', ['--no-addons'], 'ERR_MEMBARRIER_UNAVAILABLE'),
    refused('--jitless', ['--jitless'], 'ERR_RCU_UNAVAILABLE'),
    flag('--frozen-intrinsics', 'node --frozen-intrinsics main.js', nodeVersions),
    flag('--disable-wasm-trap-handler', 'node --disable-wasm-trap-handler main.js', nodeVersions),
    symmetric,
    hooks,
    awkward,
    readOnly,
    noExec,
  ],
};
