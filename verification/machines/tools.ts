/** What has to be installed before anything begins: each missing program with the Debian package that has it. */
import { findProgram, isReadable } from '../../test/support/process/programs.js';
import { KEYRING } from './debian.js';
import type { Machine } from './machines.js';

/** The packages that are missing. */
export function missingPackages({ qemu, qemuPackage, triplet }: Machine): string[] {
  const programs = [
    [qemu, qemuPackage],
    [`${triplet}-g++`, `g++-${triplet.replace('_', '-')}`],
    ['gcc', 'gcc'],
    ['make', 'make'],
    ['python3', 'python3'],
    ['readelf', 'binutils'],
    ['cpio', 'cpio'],
    ['apt-get', 'apt'],
    ['dpkg-deb', 'dpkg'],
  ] as [program: string, debianPackage: string][];
  const missing = programs.filter(([program]) => findProgram(program) === undefined).map(([, name]) => name);
  return isReadable(KEYRING) ? missing : [...missing, 'debian-archive-keyring'];
}
