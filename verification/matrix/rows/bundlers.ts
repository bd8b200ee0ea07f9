/**
 * Bundlers and tracers. Each makes a program of two files, main and worker. It must run where it was made; and moved
 * to a folder of its own, it must find the binary, or say what to do. docs/guide/runtimes.md shows the lines.
 */
import { cpSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, nodeOf, runLine, runNode, tool, users } from '../programs.js';
import { check, createInstalled, type Project } from '../project.js';
import type { Group, Row } from '../row.js';

export const ADVICE = /mark the package as external, or copy its prebuilds\/linux-\w+\/node-membarrier\.node beside/;
const COPY = 'cp node_modules/node-membarrier/prebuilds/linux-x64/node-membarrier.node out/';

/** For CommonJS, which has neither top-level await nor import.meta.url. */
export const asCommonJs = `
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { smoke } from './smoke.js';
smoke((workerData) => new Worker(join(__dirname, 'worker.cjs'), { workerData })).then((found) => {
  console.log(JSON.stringify(found));
});`;

/** A program whose bundler puts its own path in the place of import.meta.url. */
const asMoved = `
import { Worker } from 'node:worker_threads';
import { smoke } from './smoke.js';
const start = (workerData) => new Worker(new URL('worker.js', 'file://' + process.argv[1]), { workerData });
console.log(JSON.stringify(await smoke(start)));`;

async function bundle(name: string, lines: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const project = await createInstalled(name);
  for (const [file, text] of Object.entries(files)) project.write(file, text);
  for (const line of lines) await runLine(line, { cwd: project.folder });
  return project;
}

/** Runs the bundle where it is, then in a folder of its own while the project has lost its node_modules. */
async function worksMoved(name: string, { folder }: Project, main: string): Promise<void> {
  check(await runNode([`out/${main}`], { cwd: folder }));
  const away = join(users, 'moved', name);
  cpSync(join(folder, 'out'), away, { recursive: true });
  cpSync(join(folder, 'package.json'), join(away, 'package.json'));
  renameSync(join(folder, 'node_modules'), join(folder, 'gone'));
  try {
    check(await runNode([main], { cwd: away }));
  } finally {
    renameSync(join(folder, 'gone'), join(folder, 'node_modules'));
  }
}

/** Without the binary the message says what to write; that helps. */
async function needsCopy(name: string, project: Project, main = 'main.js'): Promise<string> {
  check(await runNode([`out/${main}`], { cwd: project.folder }));
  const away = join(users, 'moved', `${name}-without`);
  cpSync(join(project.folder, 'out'), away, { recursive: true });
  cpSync(join(project.folder, 'package.json'), join(away, 'package.json'));
  const { status, stderr } = await attempt([nodeOf('24'), main], { cwd: away });
  if (status === 0 || !ADVICE.test(stderr)) throw new Error(`moved away, it says: ${stderr}`);
  await runLine(COPY, { cwd: project.folder });
  await worksMoved(name, project, main);
  return 'moved, with node-membarrier.node beside the bundle';
}

const external: Row = {
  name: 'esbuild, external',
  required: true,
  async run() {
    const line =
      'esbuild main.js worker.js --bundle --platform=node --format=esm --outdir=out --external:node-membarrier';
    const { folder } = await bundle('esbuild-external', [line]);
    check(await runNode(['out/main.js'], { cwd: folder }));
    return '--external:node-membarrier';
  },
};

const esbuildModules: Row = {
  name: 'esbuild, modules',
  required: true,
  async run() {
    const line = 'esbuild main.js worker.js --bundle --platform=node --format=esm --outdir=out';
    return needsCopy('esbuild-modules', await bundle('esbuild-modules', [line]));
  },
};

const esbuildCommonJs: Row = {
  name: 'esbuild, CommonJS',
  required: true,
  async run() {
    const line =
      'esbuild main=./entry.js worker=./worker.js --bundle --platform=node --format=cjs --outdir=out --out-extension:.js=.cjs';
    const project = await bundle('esbuild-commonjs', [line], { 'entry.js': asCommonJs });
    return needsCopy('esbuild-commonjs', project, 'main.cjs');
  },
};

const webpack = (format: string, main: string, files: Readonly<Record<string, string>>): Row => ({
  name: `webpack, ${format}`,
  required: true,
  async run() {
    const name = `webpack-${format.toLowerCase()}`;
    await worksMoved(name, await bundle(name, ['webpack'], files), main);
    return 'takes the binaries along';
  },
});

const webpackModules = webpack('modules', 'main.js', {
  'main.js': asMoved,
  'webpack.config.mjs': `
    export default {
      mode: 'production',
      target: 'node',
      entry: { main: './main.js', worker: './worker.js' },
      experiments: { outputModule: true },
      output: { path: import.meta.dirname + '/out', filename: '[name].js', module: true, chunkFormat: 'module' },
    };`,
});

const webpackCommonJs = webpack('CommonJS', 'main.cjs', {
  'entry.js': asCommonJs,
  'webpack.config.mjs': `
    export default {
      mode: 'production',
      target: 'node',
      entry: { main: './entry.js', worker: './worker.js' },
      node: { __dirname: false },
      output: { path: import.meta.dirname + '/out', filename: '[name].cjs' },
    };`,
});

const rollup: Row = {
  name: 'Rollup',
  async run() {
    const config = `
      import resolve from '@rollup/plugin-node-resolve';
      export default {
        input: ['main.js', 'worker.js'],
        external: /^node:/,
        plugins: [resolve()],
        output: { dir: 'out' },
      };`
      .replace("'@rollup", `'${tool('@rollup')}`)
      .replace("resolve'", "resolve/dist/es/index.js'");
    const project = await bundle('rollup', ['rollup --config rollup.config.mjs'], { 'rollup.config.mjs': config });
    return needsCopy('rollup', project);
  },
};

const rolldown: Row = {
  name: 'Rolldown',
  async run() {
    const config = `
      export default {
        input: ['main.js', 'worker.js'],
        platform: 'node',
        output: { dir: 'out' },
      };`;
    const line = 'rolldown --config rolldown.config.mjs';
    return needsCopy('rolldown', await bundle('rolldown', [line], { 'rolldown.config.mjs': config }));
  },
};

const VITE = `
      export default {
        build: { ssr: true, outDir: 'out', rollupOptions: { input: ['main.js', 'worker.js'] } },
      };`;

const vite: Row = {
  name: 'Vite SSR',
  async run() {
    const { folder } = await bundle('vite', ['vite build'], { 'vite.config.mjs': VITE });
    check(await runNode(['out/main.js'], { cwd: folder }));
    return 'leaves the package external by itself';
  },
};

const viteBundled: Row = {
  name: 'Vite SSR, noExternal',
  async run() {
    const config = VITE.replace('build:', 'ssr: { noExternal: true },\n        build:');
    return needsCopy('vite-bundled', await bundle('vite-bundled', ['vite build'], { 'vite.config.mjs': config }));
  },
};

const tracer: Row = {
  name: '@vercel/nft',
  required: true,
  async run() {
    const { folder } = await bundle('nft', ['nft build main.js']);
    const binary = 'dist/node_modules/node-membarrier/prebuilds/linux-x64/node-membarrier.node';
    if (!existsSync(join(folder, binary))) throw new Error(`it leaves ${binary} out`);
    const away = join(users, 'moved/nft');
    cpSync(join(folder, 'dist'), away, { recursive: true });
    check(await runNode(['main.js'], { cwd: away }));
    return 'takes the binaries along';
  },
};

export const bundlers: Group = {
  name: 'bundlers',
  rows: [
    external,
    esbuildModules,
    esbuildCommonJs,
    webpackModules,
    webpackCommonJs,
    rollup,
    rolldown,
    vite,
    viteBundled,
    tracer,
  ],
};
