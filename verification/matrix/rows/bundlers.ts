/**
 * Bundlers and tracers. Each makes a program of two files, main and worker. It must run where it was made; and moved
 * to a folder of its own, it must find the binary, or say what to do.
 */
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, nodeOf, run, runNode, tool, users } from '../programs.js';
import { check, createInstalled, type Project } from '../project.js';
import type { Group, Row } from '../row.js';

const BINARY = `node_modules/node-membarrier/prebuilds/linux-${process.arch}/node-membarrier.node`;

/** Top-level await is not for CommonJS, nor is import.meta.url. */
const asCommonJs = `
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { smoke } from './smoke.js';
smoke((workerData) => new Worker(join(__dirname, 'worker.cjs'), { workerData })).then((found) => {
  console.log(JSON.stringify(found));
});`;

const asModule = (worker: string) => `
import { Worker } from 'node:worker_threads';
import { smoke } from './smoke.js';
const worker = '${worker}';
console.log(JSON.stringify(await smoke((workerData) => new Worker(new URL(worker, import.meta.url), { workerData }))));`;

/** Where the bundle is copied, to run without the project. */
function moveAway(name: string, made: string): string {
  const away = join(users, 'moved', name);
  cpSync(made, away, { recursive: true });
  return away;
}

/** It has not got the binary: the message says what to write, and that helps. */
async function needsBinaryBeside(folder: string, main: string, project: Project): Promise<void> {
  const { status, stderr } = await attempt([nodeOf('24'), main], { cwd: folder });
  const advice = /mark the package as external, or copy its prebuilds\/linux-\w+\/node-membarrier\.node beside/;
  if (status === 0 || !advice.test(stderr)) throw new Error(`moved away, it says: ${stderr}`);
  copyFileSync(join(project.folder, BINARY), join(folder, 'node-membarrier.node'));
  check(await runNode([main], { cwd: folder }));
}

async function worksHereAndMoved(project: Project, name: string, main: string): Promise<string> {
  const made = join(project.folder, 'out');
  check(await runNode([join(made, main)], { cwd: project.folder }));
  const away = moveAway(name, made);
  await needsBinaryBeside(away, main, project);
  return 'moved, with node-membarrier.node beside the bundle';
}

const esbuild = (format: 'esm' | 'cjs'): Row => ({
  name: `esbuild, ${format === 'esm' ? 'modules' : 'CommonJS'}`,
  required: true,
  async run() {
    const project = await createInstalled(`esbuild-${format}`);
    project.write('entry.js', format === 'esm' ? asModule('worker.mjs') : asCommonJs);
    const extension = format === 'esm' ? '.mjs' : '.cjs';
    const options = [
      '--bundle',
      '--platform=node',
      `--format=${format}`,
      '--outdir=out',
      `--out-extension:.js=${extension}`,
    ];
    await run([tool('.bin/esbuild'), 'main=./entry.js', 'worker=./worker.js', ...options], { cwd: project.folder });
    return worksHereAndMoved(project, `esbuild-${format}`, `main${extension}`);
  },
});

const external: Row = {
  name: 'esbuild, external',
  required: true,
  async run() {
    const project = await createInstalled('esbuild-external');
    const options = ['--bundle', '--platform=node', '--format=esm', '--outdir=out', '--external:node-membarrier'];
    await run([tool('.bin/esbuild'), 'main.js', 'worker.js', ...options], { cwd: project.folder });
    check(await runNode(['out/main.js'], { cwd: project.folder }));
    return '--external:node-membarrier';
  },
};

const webpack = (format: 'modules' | 'CommonJS'): Row => ({
  name: `webpack, ${format}`,
  required: true,
  async run() {
    const name = `webpack-${format.toLowerCase()}`;
    const project = await createInstalled(name);
    const isModule = format === 'modules';
    const extension = isModule ? 'mjs' : 'cjs';
    project.write(
      'entry.js',
      isModule ? asModule('worker.mjs').replace('import.meta.url', "'file://' + process.argv[1]") : asCommonJs,
    );
    const output = isModule
      ? `experiments: { outputModule: true }, output: { filename: '[name].mjs', module: true, chunkFormat: 'module', path }`
      : `node: { __dirname: false }, output: { filename: '[name].cjs', path }`;
    project.write(
      'webpack.config.mjs',
      `const path = new URL('out', import.meta.url).pathname;
      export default { mode: 'production', target: 'node', entry: { main: './entry.js', worker: './worker.js' }, ${output} };`,
    );
    await run(['node', tool('webpack-cli/bin/cli.js'), '--config', 'webpack.config.mjs'], {
      cwd: project.folder,
      env: { NODE_PATH: tool('') },
    });
    check(await runNode([`out/main.${extension}`], { cwd: project.folder }));
    const away = moveAway(name, join(project.folder, 'out'));
    // webpack writes the project's path into the program.
    renameSync(join(project.folder, 'node_modules'), join(project.folder, 'gone'));
    check(await runNode([`main.${extension}`], { cwd: away }));
    return 'takes the binaries along';
  },
});

const rollup = (name: 'rollup' | 'rolldown'): Row => ({
  name: name === 'rollup' ? 'Rollup' : 'Rolldown',
  async run() {
    const project = await createInstalled(name);
    project.write('entry.js', asModule('worker.mjs'));
    const resolve = tool('@rollup/plugin-node-resolve/dist/es/index.js');
    const plugins =
      name === 'rollup' ? `import resolve from '${resolve}';\nconst plugins = [resolve()];` : 'const plugins = [];';
    project.write(
      'config.mjs',
      `${plugins}
      export default {
        input: { main: 'entry.js', worker: 'worker.js' },
        external: /^node:/,
        plugins,
        output: { dir: 'out', format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      };`,
    );
    const program = name === 'rollup' ? tool('rollup/dist/bin/rollup') : tool('rolldown/bin/cli.mjs');
    await run(['node', program, '--config', 'config.mjs'], { cwd: project.folder });
    return worksHereAndMoved(project, name, 'main.mjs');
  },
});

const vite = (noExternal: boolean): Row => ({
  name: `Vite SSR, ${noExternal ? 'noExternal' : 'as it is'}`,
  async run() {
    const name = `vite-${noExternal ? 'bundled' : 'external'}`;
    const project = await createInstalled(name);
    project.write('entry.js', asModule('worker.mjs'));
    project.write(
      'vite.config.mjs',
      `export default {
        logLevel: 'error',
        ssr: { ${noExternal ? 'noExternal: true' : ''} },
        build: {
          ssr: true, outDir: 'out', target: 'node20',
          rollupOptions: {
            input: { main: 'entry.js', worker: 'worker.js' },
            output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
          },
        },
      };`,
    );
    await run(['node', tool('vite/bin/vite.js'), 'build'], { cwd: project.folder });
    if (noExternal) return worksHereAndMoved(project, name, 'main.mjs');
    check(await runNode(['out/main.mjs'], { cwd: project.folder }));
    return 'Vite leaves the package external';
  },
});

const tracer: Row = {
  name: '@vercel/nft',
  required: true,
  async run() {
    const project = await createInstalled('nft');
    const printed = await run(['node', tool('@vercel/nft/out/cli.js'), 'build', 'main.js'], { cwd: project.folder });
    const away = moveAway('nft', join(project.folder, 'dist'));
    if (!existsSync(join(away, BINARY))) throw new Error(`it leaves ${BINARY} out: ${printed}`);
    check(await runNode(['main.js'], { cwd: away }));
    return 'takes the binaries along';
  },
};

const executable: Row = {
  name: 'a single executable application',
  async run() {
    const project = await createInstalled('sea');
    const { folder } = project;
    project.write(
      'entry.js',
      asCommonJs.replace('__dirname', 'dirname(process.execPath)').replace('join }', 'dirname, join }'),
    );
    const options = ['--bundle', '--platform=node', '--format=cjs', '--outdir=out', '--out-extension:.js=.cjs'];
    await run([tool('.bin/esbuild'), 'main=./entry.js', 'worker=./worker.js', ...options], { cwd: folder });
    const blob = { main: 'out/main.cjs', output: 'main.blob', disableExperimentalSEAWarning: true };
    project.write('sea.json', JSON.stringify(blob));
    await run(['node', '--experimental-sea-config', 'sea.json'], { cwd: folder });
    const away = join(users, 'moved/sea');
    mkdirSync(away, { recursive: true });
    const program = join(away, 'program');
    copyFileSync(nodeOf('24'), program);
    chmodSync(program, 0o755);
    const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
    const inject = [program, 'NODE_SEA_BLOB', 'main.blob', '--sentinel-fuse', fuse];
    await run(['node', tool('postject/dist/cli.js'), ...inject], { cwd: folder });
    copyFileSync(join(folder, 'out/worker.cjs'), join(away, 'worker.cjs'));
    const { status, stderr } = await attempt([program], { cwd: away });
    if (status === 0 || !/node-membarrier\.node beside the bundle/.test(stderr)) throw new Error(stderr);
    copyFileSync(join(folder, BINARY), join(away, 'node-membarrier.node'));
    check(await run([program], { cwd: away }));
    return 'with node-membarrier.node beside the executable';
  },
};

export const bundlers: Group = {
  name: 'bundlers',
  rows: [
    ...(['esm', 'cjs'] as const).map(esbuild),
    external,
    ...(['modules', 'CommonJS'] as const).map(webpack),
    ...(['rollup', 'rolldown'] as const).map(rollup),
    ...[false, true].map(vite),
    tracer,
    executable,
  ],
};
