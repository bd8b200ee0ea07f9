/**
 * Runtimes, each of which runs the smoke test, and tries each feature by itself: the versions of Node.js that we
 * support, one that is too old, Bun and Deno.
 */
import { chmodSync } from 'node:fs';
import { attempt, nodeVersions, run, runLine, runNode, tool } from '../programs.js';
import {
  allFeatures,
  check,
  createInstalled,
  createProject,
  doctor,
  install,
  MEMBARRIER,
  smokeAndDoctor,
} from '../project.js';
import { type Group, type Row, Unsupported } from '../row.js';
import { musl } from './musl.js';

const node = (version: string): Row => ({
  name: `Node.js ${version === '20' ? '20.19' : version}, x64, glibc`,
  required: true,
  async run() {
    const project = await createInstalled(`node-${version}`);
    await smokeAndDoctor(project, { node: version });
    const script = `
      const { membarrier } = require('node-membarrier');
      const { SharedMap } = require('node-membarrier/collections');
      const map = SharedMap.createSync();
      console.log(membarrier.isSupported(), map.set('a', 1).get('a'));`;
    project.write('require.cjs', script);
    const printed = await run(['node', '--no-warnings', 'require.cjs'], { cwd: project.folder, node: version });
    if (printed !== 'true 1\n') throw new Error(`require() gave ${printed}`);
    allFeatures(await runNode(['features.js'], { cwd: project.folder, node: version }));
    return 'import and require()';
  },
});

const tooOld: Row = {
  name: 'Node.js 18',
  async run() {
    const { folder } = await createInstalled('node-18');
    const { status, stderr } = await attempt(['node', 'main.js'], { cwd: folder, node: '18' });
    const line = /^Error: (node-membarrier needs .*)$/m.exec(stderr)?.[1];
    if (status === 0 || line === undefined || !stderr.includes('ERR_MEMBARRIER_RUNTIME')) throw new Error(stderr);
    throw new Unsupported(`ERR_MEMBARRIER_RUNTIME: ${line}`);
  },
};

const bun: Row = {
  name: 'Bun',
  async run() {
    const program = tool('@oven/bun-linux-x64/bin/bun');
    chmodSync(program, 0o755);
    const project = createProject('bun');
    await install(project);
    const running = { cwd: project.folder };
    check(await runLine('bun main.js', running));
    allFeatures(await run([program, 'features.js'], running));
    const version = await run([program, '--version'], running);
    await doctor(project.folder, {}, [program, MEMBARRIER]);
    return version.trim();
  },
};

const deno: Row = {
  name: 'Deno',
  async run() {
    const program = tool('@deno/linux-x64-glibc/deno');
    chmodSync(program, 0o755);
    const { folder } = await createInstalled('deno');
    const running = { cwd: folder, env: { DENO_NO_UPDATE_CHECK: '1' } };
    check(await runLine('deno run --allow-all main.js', running));
    allFeatures(await run([program, 'run', '--allow-all', 'features.js'], running));
    await doctor(folder, running, [program, 'run', '--allow-all', MEMBARRIER]);
    const version = await run([program, '--version'], running);
    // It asks for each file and library that it may load.
    const denied = await attempt([program, 'run', '--allow-read', '--no-prompt', 'main.js'], running);
    if (!/UnavailableError: Cannot call membarrier/.test(denied.stderr)) throw new Error(denied.stderr);
    return `${version.split('\n')[0]}; without --allow-ffi: ERR_MEMBARRIER_UNAVAILABLE`;
  },
};

export const runtimes: Group = { name: 'runtimes', rows: [...nodeVersions.map(node), tooOld, bun, musl, deno] };
