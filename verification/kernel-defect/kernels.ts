/**
 * Kernels to boot: Debian's, as they are; and Debian's source, built twice, without and with the fix that the report
 * describes (docs/evidence/global-expedited.md). The fix replaces one argument in the downloaded source.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { firstOf, unpack } from '../machines/debian.js';
import { fetchKernel } from '../machines/root.js';
import type { Needed } from '../machines/tools.js';
import { type Guest, imageOf, type Release } from './guests.js';

const execute = promisify(execFile);

export interface Kernel {
  readonly image: string;
  readonly described: string;
}

export async function fetchPackaged(release: Release, guest: Guest, folder: string): Promise<Kernel> {
  const source = { debian: guest.debian, kernelSuites: release.suites, kernel: imageOf(release, guest) };
  const { kernel } = await fetchKernel(source, folder);
  return { image: kernel, described: `Debian's ${basename(kernel).replace(/^vmlinu[xz]-/, '')}` };
}

/** Downloads one package, and unpacks of it what is below a path. */
async function fetchPart(name: string, suites: readonly string[], debian: string, folder: string, part: string) {
  const { deb, suite } = await firstOf(suites, join(folder, 'apt'), debian, async (suite) => {
    const [deb] = await suite.download(name);
    return { deb: deb as string };
  });
  await unpack(deb, folder, part);
  return suite;
}

export async function fetchBusybox(guest: Guest, folder: string): Promise<string> {
  await fetchPart('busybox-static', ['bookworm'], guest.debian, folder, './bin');
  return join(folder, 'bin/busybox');
}

const OPTIONS =
  '64BIT SMP MEMBARRIER PRINTK TTY SERIAL_8250 SERIAL_8250_CONSOLE BLK_DEV_INITRD BINFMT_ELF BINFMT_SCRIPT PROC_FS ' +
  'SYSFS FUTEX MULTIUSER POSIX_TIMERS HIGH_RES_TIMERS NO_HZ_IDLE ACPI PCI X86_LOCAL_APIC DEVTMPFS CPU_SUP_INTEL ' +
  'CPU_SUP_AMD';

/** What builds a kernel. */
export const neededToBuild: readonly Needed[] = [
  ['flex', 'flex'],
  ['bison', 'bison'],
  ['bc', 'bc'],
  ['xz', 'xz-utils'],
  ['/usr/include/libelf.h', 'libelf-dev'],
  ['/usr/include/openssl/opensslv.h', 'libssl-dev'],
];

/** In context_switch(). */
const DEFECT = 'membarrier_switch_mm(rq, prev->active_mm, next->mm);';
const FIX = 'membarrier_switch_mm(rq, prev->mm, next->mm);';

/** Each for x86-64. Takes minutes. */
export async function buildKernels(release: Release, folder: string): Promise<{ without: Kernel; with: Kernel }> {
  const { version } = release;
  const suite = await fetchPart(`linux-source-${version}`, release.suites, 'amd64', folder, './usr/src');
  const source = join(folder, 'source');
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  const archive = join(folder, `usr/src/linux-source-${version}.tar.xz`);
  await execute('tar', ['--extract', '--file', archive, '--directory', source, '--strip-components', '1']);
  const execution = { cwd: source, maxBuffer: 2 ** 26 };
  const make = (target: string) => execute('make', ['--silent', `--jobs=${availableParallelism()}`, target], execution);
  await make('tinyconfig');
  const enable = OPTIONS.split(' ').flatMap((option) => ['--enable', option]);
  await execute(join(source, 'scripts/config'), enable, execution);
  await make('olddefconfig');

  const build = async (name: string): Promise<Kernel> => {
    await make('bzImage');
    const image = join(folder, name);
    copyFileSync(join(source, 'arch/x86/boot/bzImage'), image);
    return { image, described: `linux-source-${version} of ${suite}, ${name}` };
  };
  const without = await build('without the fix');
  replaceOnce(join(source, 'kernel/sched/core.c'), DEFECT, FIX);
  return { without, with: await build('with the fix') };
}

function replaceOnce(file: string, what: string, by: string): void {
  const parts = readFileSync(file, 'utf8').split(what);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${what}`);
  writeFileSync(file, parts.join(by));
}

/** What a step has made in a folder stays there. */
export async function once<T>(folder: string, make: () => Promise<T>): Promise<T> {
  const done = join(folder, 'made.json');
  if (existsSync(done)) return JSON.parse(readFileSync(done, 'utf8')) as T;
  mkdirSync(folder, { recursive: true });
  const made = await make();
  writeFileSync(done, JSON.stringify(made));
  return made;
}
