/**
 * The guest's root folder, as two archives that the kernel unpacks one over the other: Debian's Node.js with its
 * libraries, which is kept; and what is being tested, which is not.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { root } from '../../harness/index.js';
import { firstOf, unpack } from './debian.js';
import type { Machine } from './machines.js';
import type { Plan } from './plan.js';

const clone = fileURLToPath(root);

/** What has been downloaded, and from where. */
export interface Base {
  readonly kernel: string;
  readonly kernelPackage: string;
  readonly nodePackage: string;
}

const NODE_SUITES = ['trixie', 'forky', 'sid'];

/** Downloads it, unless that has been done before. */
export async function prepareBase(machine: Machine, folder: string): Promise<Base> {
  const done = join(folder, 'base.json');
  if (existsSync(done)) return JSON.parse(readFileSync(done, 'utf8')) as Base;
  const [kernel, node] = await Promise.all([fetchKernel(machine, folder), fetchNode(machine, folder)]);
  const base: Base = { ...kernel, ...node };
  writeFileSync(done, JSON.stringify(base));
  return base;
}

const described = (deb: string, suite: string) =>
  `${execFileSync('dpkg-deb', ['-f', deb, 'Package', 'Version'], { encoding: 'utf8' })
    .replace(/^\w+: /gm, '')
    .trim()
    .replace('\n', ' ')} of ${suite}`;

/** Where a kernel comes from. */
export type KernelSource = Pick<Machine, 'debian' | 'kernelSuites' | 'kernel'>;

export async function fetchKernel({ debian, kernelSuites, kernel }: KernelSource, folder: string) {
  const { deb, suite } = await firstOf(kernelSuites, join(folder, 'apt-kernel'), debian, async (suite) => {
    const [deb] = await suite.download(await suite.newest(kernel));
    return { deb: deb as string };
  });
  const unpacked = join(folder, 'kernel');
  rmSync(unpacked, { recursive: true, force: true });
  await unpack(deb, unpacked, './boot');
  const name = readdirSync(join(unpacked, 'boot')).find((file) => file.startsWith('vmlinu')) as string;
  return { kernel: join(unpacked, 'boot', name), kernelPackage: described(deb, suite) };
}

async function fetchNode({ debian, triplet: multiarch }: Machine, folder: string) {
  const { debs, suite } = await firstOf(NODE_SUITES, join(folder, 'apt-node'), debian, async (suite) => ({
    debs: await suite.downloadAll('nodejs', 'busybox-static'),
  }));
  const unpacked = join(folder, 'base');
  rmSync(unpacked, { recursive: true, force: true });
  for (const path of ['usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64', 'dev', 'proc', 'sys', 'tmp', 'etc']) {
    mkdirSync(join(unpacked, path), { recursive: true });
  }
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(unpacked, name));
  for (const deb of debs) await unpack(deb, unpacked);
  for (const path of ['usr/share/doc', 'usr/share/man', 'usr/include', `usr/lib/${multiarch}/gconv`]) {
    rmSync(join(unpacked, path), { recursive: true, force: true });
  }
  await archive(unpacked, join(folder, 'base.cpio'));
  const nodejs = debs.find((deb) => /\/nodejs_/.test(deb)) as string;
  return { nodePackage: described(nodejs, suite) };
}

/** As the kernel unpacks it. */
export async function archive(folder: string, to: string): Promise<void> {
  const script = 'cd "$1" && find . | cpio --create --format=newc --owner=0:0 --quiet >"$2"';
  await promisify(execFile)('bash', ['-o', 'pipefail', '-c', script, 'archive', folder, to]);
}

/** What is tested, and what is to be done with it. */
export async function createInitramfs(folder: string, binaries: string, modules: string, plan: Plan): Promise<string> {
  return packInitramfs(folder, plan.task, (app) => {
    for (const part of ['package.json', 'README.md', 'tools/assemble.js', 'dist', 'lib', 'docs', 'examples']) {
      cpSync(join(clone, part), join(app, part), { recursive: true });
    }
    for (const name of ['membarrier.node', 'harness.node', 'probes.node']) {
      cpSync(join(binaries, name), join(app, 'build/Release', name));
    }
    cpSync(modules, join(app, 'node_modules'), { recursive: true });
    writeFileSync(join(app, 'plan.json'), JSON.stringify(plan));
  });
}

/** `fill` writes /app, in which init.sh runs dist/verification/machines/guest.js. */
export async function packInitramfs(folder: string, name: string, fill: (app: string) => void): Promise<string> {
  const top = join(folder, name);
  rmSync(top, { recursive: true, force: true });
  mkdirSync(join(top, 'app'), { recursive: true });
  fill(join(top, 'app'));
  cpSync(join(clone, 'verification/machines/init.sh'), join(top, 'init'));
  chmodSync(join(top, 'init'), 0o755);
  const archived = join(folder, `${name}.app.cpio`);
  await archive(top, archived);
  const initramfs = join(folder, `${name}.cpio`);
  await promisify(execFile)('bash', [
    '-c',
    'cat "$1" "$2" >"$3"',
    'cat',
    join(folder, 'base.cpio'),
    archived,
    initramfs,
  ]);
  return initramfs;
}
