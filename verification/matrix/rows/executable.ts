/** A single executable application: the program is in the executable, its worker and the binary are beside it. */
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, nodeOf, run, runLine, users } from '../programs.js';
import { check, createInstalled } from '../project.js';
import type { Row } from '../row.js';
import { ADVICE, asCommonJs } from './bundlers.js';

const LINES = [
  'esbuild main=./entry.js worker=./worker.js --bundle --platform=node --format=cjs --outdir=out --out-extension:.js=.cjs',
  'node --experimental-sea-config sea.json',
  'postject out/program NODE_SEA_BLOB main.blob --sentinel-fuse NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
];

const CONFIG = `{ "main": "out/main.cjs", "output": "main.blob", "disableExperimentalSEAWarning": true }`;

export const executable: Row = {
  name: 'a single executable application',
  async run() {
    const { folder, write } = await createInstalled('executable');
    const besideIt = asCommonJs.replace('__dirname', 'dirname(process.execPath)').replace('join }', 'dirname, join }');
    write('entry.js', besideIt);
    write('sea.json', CONFIG);
    mkdirSync(join(folder, 'out'));
    copyFileSync(nodeOf('24'), join(folder, 'out/program'));
    for (const line of LINES) await runLine(line, { cwd: folder });
    const away = join(users, 'moved/executable');
    cpSync(join(folder, 'out'), away, { recursive: true });
    const program = join(away, 'program');
    const { status, stderr } = await attempt([program], { cwd: away });
    if (status === 0 || !ADVICE.test(stderr)) throw new Error(stderr);
    const binary = 'node_modules/node-membarrier/prebuilds/linux-x64/node-membarrier.node';
    copyFileSync(join(folder, binary), join(away, 'node-membarrier.node'));
    check(await run([program], { cwd: away }));
    // Found through PATH it is started by its name alone.
    check(await run(['sh', '-c', 'PATH="$1:$PATH" program', 'sh', away], { cwd: folder }));
    return 'with node-membarrier.node beside the executable';
  },
};
