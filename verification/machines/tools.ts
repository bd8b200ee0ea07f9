/** What has to be installed before anything begins: each missing program with the Debian package that has it. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { KEYRING } from './debian.js';
import type { Machine } from './machines.js';

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function isProgram(name: string): boolean {
  const { PATH = '' } = process.env;
  return PATH.split(delimiter).some((folder) => isThere(join(folder, name)));
}

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
  const missing = programs.filter(([program]) => !isProgram(program)).map(([, name]) => name);
  return isThere(KEYRING) ? missing : [...missing, 'debian-archive-keyring'];
}
