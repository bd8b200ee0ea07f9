/**
 * TypeScript consumers: the smoke test's own sources, and a use of every entry. Strict, every declaration checked, and
 * without the DOM's library.
 */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run, tool } from '../programs.js';
import { copySources, createInstalled } from '../project.js';
import type { Group, Row } from '../row.js';

const NODES = ['20', '22', '24', '26'] as const;
const RESOLUTIONS = [
  ['nodenext', 'nodenext'],
  ['node16', 'node16'],
  ['esnext', 'bundler'],
] as const;

/** For a compiler that knows nothing of Node.js. */
const ENTRIES = `
import { membarrier, type Barrier, type CommandName } from 'node-membarrier';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { RcuDomain, type RcuReader } from 'node-membarrier/rcu';
import { SharedCell, SharedMap, type DeepReadonly } from 'node-membarrier/collections';
export const command: CommandName = 'PRIVATE_EXPEDITED';
export const barrier: Barrier = membarrier.registerSync(command);
export const fence = AsymmetricFence.createSync();
export const lock = new BiasedLock(fence, new Int32Array(new SharedArrayBuffer(64)));
export const domain = RcuDomain.createSync();
export const reader: RcuReader = domain.registerReader();
export const memory: { readonly buffer: ArrayBufferLike } = domain.imports.memory;
export const map = SharedMap.createSync<string, { n: number }>();
export const value: DeepReadonly<{ n: number }> | undefined = map.get('a');
export const cell = SharedCell.createSync<number>(1);
export const waited: Promise<void> = domain.synchronize();
`;

/** CommonJS, which TypeScript lets require() modules from 5.8 on. */
const REQUIRED = `
import fence = require('node-membarrier/fence');
import { SharedMap } from 'node-membarrier/collections';
export const made = [fence.AsymmetricFence.createSync(), SharedMap.createSync<string, number>()];
`;

const compiler = (version: string, nodes: readonly string[]): Row => ({
  name: `TypeScript ${version}`,
  required: true,
  async run() {
    const project = await createInstalled(`typescript-${version}`);
    copySources(project);
    project.write('entries.ts', ENTRIES);
    const tsc = tool(`typescript-${version}/bin/tsc`);
    const common = { strict: true, skipLibCheck: false, noEmit: true, target: 'es2022' };
    let projects = 0;
    const compile = async (options: object, files: readonly string[]) => {
      project.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...common, ...options }, files }));
      await run(['node', tsc, '--pretty', 'false'], { cwd: project.folder });
      projects++;
    };
    for (const [module, moduleResolution] of RESOLUTIONS) {
      for (const node of nodes) {
        const typeRoots = [typesOf(project.folder, node)];
        const options = { lib: ['es2023'], module, moduleResolution, typeRoots, types: ['node'] };
        await compile(options, ['main.ts', 'worker.ts', 'entries.ts']);
      }
      for (const lib of [['es2023'], ['es2023', 'dom']]) {
        await compile({ lib, module, moduleResolution, types: [] }, ['entries.ts']);
      }
    }
    if (Number(version) >= 5.8) {
      project.write('required.cts', REQUIRED);
      await compile({ lib: ['es2023'], module: 'nodenext', types: [] }, ['required.cts']);
    }
    return `${projects} projects: nodenext, node16, bundler; @types/node ${nodes.join(', ')}, none; with and without the DOM`;
  },
});

/** A folder that has this version of @types/node by its own name. */
function typesOf(folder: string, version: string): string {
  const types = join(folder, `types-${version}`);
  mkdirSync(types, { recursive: true });
  try {
    symlinkSync(tool(`types-node-${version}`), join(types, 'node'));
  } catch {
    // It is there.
  }
  return types;
}

export const compilers: Group = {
  name: 'TypeScript consumers',
  rows: [
    // @types/node 26 needs 5.6 or later.
    compiler('5.2', NODES.slice(0, 3)),
    ...['5.8', '5.9', '6', '7'].map((version) => compiler(version, NODES)),
  ],
};
