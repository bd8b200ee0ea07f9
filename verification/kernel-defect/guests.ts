/** The machines that are booted, and where their kernels come from. */
import { type Machine, machines } from '../machines/machines.js';

export type Guest = Pick<Machine, 'name' | 'debian' | 'triplet' | 'qemu' | 'qemuPackage' | 'options' | 'console'>;

export const pc: Guest = {
  name: 'x86-64',
  debian: 'amd64',
  triplet: 'x86_64-linux-gnu',
  qemu: 'qemu-system-x86_64',
  qemuPackage: 'qemu-system-x86',
  // Without cmpxchg16b, after which qemu 7.2 sometimes leaves wrong flags: Linux 6.12 then dies of it.
  options: ['-machine', 'q35', '-cpu', 'qemu64,-cx16'],
  console: 'ttyS0',
};

/** s390x and riscv64 are left out: the one shows no such interrupts, the other has no 6.1 in Debian. */
export const guests: readonly Guest[] = [pc, ...machines.filter(({ name }) => name === 'arm64' || name === 'ppc64le')];

/** What Debian calls its kernel images for these machines. */
const FLAVORS: Readonly<Record<string, string>> = {
  amd64: 'cloud-amd64',
  arm64: 'cloud-arm64',
  ppc64el: 'powerpc64le',
};

export interface Release {
  readonly version: string;
  readonly suites: readonly string[];
}

export const releases: readonly Release[] = [
  { version: '6.1', suites: ['bookworm'] },
  { version: '6.12', suites: ['bookworm-backports', 'trixie'] },
];

/** The names of packaged kernels of a release. */
export function imageOf({ version }: Release, { debian }: Guest): RegExp {
  return new RegExp(`^linux-image-${version.replace('.', '\\.')}\\.\\d\\S*-${FLAVORS[debian]}$`);
}
