/**
 * A look at a binary before it is loaded. The dynamic linkers do not notice that the end of a file is missing: the
 * process would die of SIGBUS.
 */
import { builtin } from '../base/host.js';

/** By e_machine. */
const machines: Readonly<Record<number, string>> = {
  21: 'ppc64',
  22: 's390x',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
};

const HEADER = 64;

/** Why a file cannot be loaded, or undefined: then the linker says what else is wrong with it. */
export function whyNotLoadable(path: string): string | undefined {
  const file = headerOf(path);
  if (file === undefined) return undefined;
  const { header, size } = file;
  if (size < HEADER || header.getUint32(0) !== 0x7f_45_4c_46) return 'invalid ELF header';
  const little = header.getUint8(5) === 1;
  const machine = header.getUint16(18, little);
  if (machines[machine] !== process.arch) {
    return `it is for ${machines[machine] ?? `ELF machine ${machine}`}, and this process is ${process.arch}`;
  }
  const sections = Number(header.getBigUint64(40, little));
  const end = sections + header.getUint16(58, little) * header.getUint16(60, little);
  return size < end ? `file too short: ${size} bytes of ${end}` : undefined;
}

/** Undefined where it cannot be read: there is none, or the permission model forbids it. */
function headerOf(path: string): { header: DataView; size: number } | undefined {
  const { closeSync, fstatSync, openSync, readSync } = builtin('node:fs');
  try {
    const file = openSync(path, 'r');
    try {
      const header = new DataView(new ArrayBuffer(HEADER));
      readSync(file, header, 0, HEADER, 0);
      return { header, size: fstatSync(file).size };
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
