/** Package managers, each installing the tarball offline. */
import { attempt, clone, run, tool } from '../programs.js';
import { check, createInstalled, createProject, doctor, tarball } from '../project.js';
import { type Group, type Row, Unsupported } from '../row.js';

const npm: Row = {
  name: 'npm',
  required: true,
  async run() {
    const { folder } = await createInstalled('npm');
    const found = await run(['npm', 'ls', '--all', '--parseable'], { cwd: folder });
    if (found.trim().split('\n').length !== 2) throw new Error(`it brings other packages along: ${found}`);
    // From a lockfile, which does not keep everything that package.json says: still nothing is built.
    await run(['npm', 'ci', '--offline', '--no-audit'], { cwd: folder });
    check(await run(['node', 'main.js'], { cwd: folder }));
    return undefined;
  },
};

const pnpm: Row = {
  name: 'pnpm',
  required: true,
  async run() {
    const { folder } = createProject('pnpm');
    const pnpm = tool('pnpm/bin/pnpm.mjs');
    const running = { cwd: folder, env: { CI: '1', npm_config_store_dir: `${folder}/store` } };
    await run(['node', pnpm, 'add', '--offline', '--ignore-scripts', tarball], running);
    check(await run(['node', 'main.js'], running));
    await doctor(folder);
    return undefined;
  },
};

const yarnClassic: Row = {
  name: 'Yarn classic',
  async run() {
    const { folder } = createProject('yarn-classic');
    const running = { cwd: folder, env: { YARN_CACHE_FOLDER: `${folder}/cache` } };
    await run(['node', tool('yarn/bin/yarn.js'), 'add', '--ignore-scripts', '--non-interactive', tarball], running);
    check(await run(['node', 'main.js'], running));
    await doctor(folder);
    return undefined;
  },
};

const plugAndPlay: Row = {
  name: "Yarn Plug'n'Play",
  required: true,
  async run() {
    const project = createProject('yarn-pnp');
    const lines = ['nodeLinker: pnp', 'enableTelemetry: false', 'enableScripts: false', 'enableGlobalCache: false'];
    project.write('.yarnrc.yml', `${lines.join('\n')}\n`);
    project.write('yarn.lock', '');
    const yarn = ['node', tool('@yarnpkg/cli-dist/bin/yarn.js')] as const;
    const running = { cwd: project.folder };
    await run([...yarn, 'add', `node-membarrier@file:${tarball}`], running);
    check(await run([...yarn, 'node', 'main.js'], running));
    await run([...yarn, 'membarrier', 'doctor'], running);
    return undefined;
  },
};

/** The repository itself as a dependency: its last commit. */
const fromGit = (hasCompiler: boolean): Row => ({
  name: `npm install git+file:, ${hasCompiler ? 'with' : 'without'} a compiler`,
  async run() {
    const { folder } = createProject(`git-${hasCompiler}`);
    // What this machine needs to reach the registry, from which the build's tools come.
    const inherited = process.env as Record<string, string>;
    const { PATH, ...env } = inherited;
    if (hasCompiler) Object.assign(env, { PATH });
    const ended = await attempt(['npm', 'install', '--no-audit', `git+file://${clone}`], { cwd: folder, env });
    if (!hasCompiler) {
      const why = /Cannot build node-membarrier from its repository.*/.exec(ended.stderr)?.[0];
      if (ended.status === 0 || why === undefined)
        throw new Error(`${ended.signal ?? ended.status}: ${ended.stdout}${ended.stderr}`);
      throw new Unsupported(why);
    }
    if (ended.status !== 0) throw new Error(ended.stderr);
    check(await run(['node', 'main.js'], { cwd: folder }));
    return 'builds it for this machine';
  },
});

export const managers: Group = {
  name: 'package managers',
  rows: [npm, pnpm, yarnClassic, plugAndPlay, ...[true, false].map(fromGit)],
};
