/** Other architectures, emulated: the installed package under Debian's Node.js, on the architecture's own kernel. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../../harness/index.js';
import { machines as known, type Machine } from '../../machines/machines.js';
import { boot, majorVersion } from '../../machines/qemu.js';
import { packInitramfs, prepareBase } from '../../machines/root.js';
import { missingPackages } from '../../machines/tools.js';
import { check, createInstalled } from '../project.js';
import { type Group, Missing, type Row } from '../row.js';

/** In seconds. */
const PATIENCE = 600;

/** Runs the smoke test, then doctor. */
const guest = (options: readonly string[]) => `
import { execFileSync } from 'node:child_process';
const options = ${JSON.stringify(options)};
const run = (...args) => execFileSync(process.execPath, [...options, ...args], { encoding: 'utf8' });
console.log('node ' + process.version);
const { verdict } = JSON.parse(run('node_modules/node-membarrier/dist/membarrier.js', 'doctor', '--json'));
if (verdict !== 'available') throw new Error('doctor says ' + verdict);
console.log('smoke ' + run('main.js'));
process.exit();`;

const rowOf = (machine: Machine): Row => ({
  name: `${machine.name}, emulated`,
  async run() {
    const missing = missingPackages(machine);
    if (missing.length > 0) throw new Missing(`not installed: apt-get install ${missing.join(' ')}`);
    const folder = fileURLToPath(new URL(`out/machines/${machine.name}`, root));
    mkdirSync(folder, { recursive: true });
    const base = await prepareBase(machine, folder);
    const project = await createInstalled(machine.name);
    const options = majorVersion(machine.qemu) < (machine.optimizesFromQemu ?? 0) ? ['--no-opt'] : [];
    const initramfs = await packInitramfs(folder, 'matrix', (app) => {
      cpSync(project.folder, app, { recursive: true });
      const program = join(app, 'dist/verification/machines/guest.js');
      mkdirSync(dirname(program), { recursive: true });
      writeFileSync(program, guest(options));
    });
    const log = join(folder, 'matrix.log');
    const printed = await boot(machine, { kernel: base.kernel, initramfs, cpus: 2, log, seconds: PATIENCE });
    check(/^smoke (.*)$/m.exec(printed)?.[1] ?? printed);
    const kernel = base.kernelPackage.replace(/^linux-image-(\S+).*/, 'Linux $1');
    return [`Node.js ${/^node v(.*)$/m.exec(printed)?.[1]}`, kernel, ...options].join(', ');
  },
});

export const machines: Group = { name: 'other architectures', rows: known.map(rowOf) };
