/**
 * The machines that there are: what emulates each, where its kernel comes from, and what that kernel must say of
 * itself.
 */
import type { CommandName } from 'node-membarrier';

export interface Machine {
  readonly name: string;
  /** As Node.js calls it. */
  readonly arch: string;
  /** As Debian calls it. */
  readonly debian: string;
  /** The prefix of its compilers. */
  readonly triplet: string;
  readonly qemu: string;
  readonly qemuPackage: string;
  readonly options: readonly string[];
  /** Where the kernel prints. */
  readonly console: string;
  /** Suites in which to look for the kernel, and its name there. */
  readonly kernelSuites: readonly string[];
  readonly kernel: RegExp;
  /** What QUERY must answer. */
  readonly mask: number;
  /** What `doctor` must call unsupported. */
  readonly unsupported: readonly CommandName[];
  /**
   * Older major versions of qemu go on executing code that V8 has replaced, and end in SIGILL or SIGSEGV
   * (docs/internals/machines.md). V8 does not optimize there, so that it replaces little.
   */
  readonly optimizesFromQemu?: number;
  /**
   * Test files, named as in test/, for which the virtual CPUs take turns in one thread of qemu: in threads of their own
   * they go on executing code that another one has patched (docs/internals/machines.md).
   */
  readonly inOneThread: readonly string[];
  /** Whether switches to registered processes are counted. */
  readonly countsSwitches: boolean;
}

const everything = { mask: 0x3ff, unsupported: [], inOneThread: ['core/sync-core'], countsSwitches: false };

export const machines: readonly Machine[] = [
  {
    ...everything,
    name: 'ppc64le',
    arch: 'ppc64',
    debian: 'ppc64el',
    triplet: 'powerpc64le-linux-gnu',
    qemu: 'qemu-system-ppc64',
    qemuPackage: 'qemu-system-ppc',
    options: ['-machine', 'pseries,x-vof=on', '-cpu', 'power9'],
    console: 'hvc0',
    kernelSuites: ['bookworm-backports', 'trixie'],
    kernel: /^linux-image-[\d.]+\S*-powerpc64le$/,
    countsSwitches: true,
  },
  {
    ...everything,
    name: 'arm64',
    arch: 'arm64',
    debian: 'arm64',
    triplet: 'aarch64-linux-gnu',
    qemu: 'qemu-system-aarch64',
    qemuPackage: 'qemu-system-arm',
    options: ['-machine', 'virt', '-cpu', 'cortex-a76'],
    console: 'ttyAMA0',
    kernelSuites: ['bookworm-backports', 'trixie'],
    kernel: /^linux-image-[\d.]+\S*-cloud-arm64$/,
  },
  {
    name: 's390x',
    arch: 's390x',
    debian: 's390x',
    triplet: 's390x-linux-gnu',
    qemu: 'qemu-system-s390x',
    qemuPackage: 'qemu-system-misc',
    options: ['-machine', 's390-ccw-virtio', '-cpu', 'max'],
    optimizesFromQemu: 10,
    console: 'ttysclp0',
    // 6.1: the kernel that lacks two commands.
    kernelSuites: ['bookworm'],
    kernel: /^linux-image-6\.1\.\S*-s390x$/,
    mask: 0x19f,
    unsupported: ['PRIVATE_EXPEDITED_SYNC_CORE', 'REGISTER_PRIVATE_EXPEDITED_SYNC_CORE', 'GET_REGISTRATIONS'],
    inOneThread: [],
    countsSwitches: false,
  },
  {
    ...everything,
    name: 'riscv64',
    arch: 'riscv64',
    debian: 'riscv64',
    triplet: 'riscv64-linux-gnu',
    qemu: 'qemu-system-riscv64',
    qemuPackage: 'qemu-system-misc',
    options: ['-machine', 'virt', '-cpu', 'rv64'],
    console: 'ttyS0',
    kernelSuites: ['trixie'],
    kernel: /^linux-image-[\d.]+\S*-riscv64$/,
  },
];
