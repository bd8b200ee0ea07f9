/** What has to be installed before anything begins: each missing program with the Debian package that has it. */
import { findProgram, isReadable } from '../../test/support/process/programs.js';
import { KEYRING } from './debian.js';
import type { Machine } from './machines.js';

export type Needed = readonly [programOrFile: string, debianPackage: string];

/** The packages that are missing, for this machine and for what else is needed. */
export function missingPackages(
  { qemu, qemuPackage, triplet }: Pick<Machine, 'qemu' | 'qemuPackage' | 'triplet'>,
  more: readonly Needed[] = [],
): string[] {
  const needed: readonly Needed[] = [
    [qemu, qemuPackage],
    [`${triplet}-g++`, `g++-${triplet.replace('_', '-')}`],
    ['gcc', 'gcc'],
    ['make', 'make'],
    ['python3', 'python3'],
    ['readelf', 'binutils'],
    ['cpio', 'cpio'],
    ['apt-get', 'apt'],
    ['dpkg-deb', 'dpkg'],
    ...more,
  ];
  const isThere = (what: string) => (what.startsWith('/') ? isReadable(what) : findProgram(what) !== undefined);
  const missing = needed.filter(([what]) => !isThere(what)).map(([, name]) => name);
  return isReadable(KEYRING) ? missing : [...missing, 'debian-archive-keyring'];
}
