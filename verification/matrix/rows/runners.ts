/** Test runners. Each runs the smoke test as one test, from a project whose tests share a process or do not. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, run, runLine, tool } from '../programs.js';
import { createInstalled } from '../project.js';
import { type Group, type Row, Unsupported } from '../row.js';

const WORKS = `{ supported: true, strategy: 'membarrier', lost: 0, torn: 0, seen: 'is seen', readersLeft: 0 }`;

/** @param imports gives \`test\`, and \`equal(actual, expected)\`. */
const asTest = (imports: string) => `${imports}
import { Worker } from 'node:worker_threads';
import { smoke } from './smoke.js';
const start = (workerData) => new Worker(new URL('./worker.js', import.meta.url), { workerData });
for (const name of ['first', 'second']) {
  test(name, async () => { equal(await smoke(start), ${WORKS}); }, 60_000);
}`;

const JEST = `const equal = (actual, expected) => expect(actual).toEqual(expected);`;
const VITEST = `import { expect, test } from 'vitest';\nconst equal = (actual, expected) => expect(actual).toEqual(expected);`;

const JEST_CONFIG = `{ "testEnvironment": "node", "transform": {} }`;

const jest = (name: string, required: boolean, line: string): Row => ({
  name: `Jest, ${name}`,
  required,
  async run() {
    const project = await createInstalled(`jest-${line.length}`);
    for (const file of ['smoke', 'other']) project.write(`${file}.test.js`, asTest(JEST));
    project.write('jest.config.json', JEST_CONFIG);
    await runLine(line, { cwd: project.folder });
    return line.split(' ', 1)[0];
  },
});

const jestCommonJs: Row = {
  name: 'Jest, CommonJS',
  async run() {
    const project = await createInstalled('jest-commonjs', { type: 'commonjs' });
    for (const file of ['main', 'smoke', 'records', 'task', 'worker', 'features'])
      rmSync(join(project.folder, `${file}.js`));
    const test = `
      const { SharedMap } = require('node-membarrier/collections');
      test('a map', () => expect(SharedMap.createSync().set('a', 1).get('a')).toBe(1));`;
    project.write('smoke.test.js', test);
    project.write('jest.config.json', JEST_CONFIG);
    const { status, stderr } = await attempt(['node', tool('jest/bin/jest.js')], { cwd: project.folder });
    if (status === 0) return undefined;
    if (!stderr.includes('Must use import to load ES Module')) throw new Error(stderr);
    throw new Unsupported("Jest's require() loads no modules: Must use import to load ES Module");
  },
};

const vitest = (pool: string): Row => ({
  name: `Vitest, ${pool}`,
  required: true,
  async run() {
    const project = await createInstalled(`vitest-${pool}`);
    for (const file of ['smoke', 'other']) project.write(`${file}.test.js`, asTest(VITEST));
    await runLine(`vitest run --pool ${pool}`, { cwd: project.folder });
    return undefined;
  },
});

const nodeTest: Row = {
  name: 'node:test',
  async run() {
    const project = await createInstalled('node-test');
    const imports = `import { test as run } from 'node:test';
import { deepStrictEqual as equal } from 'node:assert';
const test = (name, call) => run(name, call);`;
    for (const file of ['smoke', 'other']) project.write(`${file}.test.js`, asTest(imports));
    await run(['node', '--test'], { cwd: project.folder });
    return undefined;
  },
};

const tap: Row = {
  name: 'tap',
  async run() {
    const project = await createInstalled('tap');
    const imports = `import t from '${tool('tap/dist/esm/index.js')}';
const test = (name, call) => t.test(name, call);
const equal = (actual, expected) => t.strictSame(actual, expected);`;
    project.write('smoke.test.js', asTest(imports));
    await run(['node', 'smoke.test.js'], { cwd: project.folder });
    return undefined;
  },
};

export const runners: Group = {
  name: 'test runners',
  rows: [
    jest('modules', true, 'NODE_OPTIONS=--experimental-vm-modules jest'),
    jest(
      'modules, worker threads',
      false,
      'NODE_OPTIONS=--experimental-vm-modules jest --workerThreads --maxWorkers=2',
    ),
    jestCommonJs,
    ...['forks', 'threads', 'vmThreads'].map(vitest),
    nodeTest,
    tap,
  ],
};
