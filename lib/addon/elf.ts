/**
 * A look at a binary before it is loaded. The dynamic linkers do not notice that the end of a file is missing: the
 * process would die of SIGBUS.
 */
import { isLittleEndian } from '../base/byte-order.js';
import { builtin } from '../base/host.js';

/** Those with a published binary, by e_machine. */
const machines: Readonly<Record<number, string>> = {
  21: 'ppc64',
  22: 's390x',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
};

/** Whether there is a published binary for this process. */
export const isPublished: boolean = Object.values(machines).includes(process.arch);

const HEADER = 64;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;

/** Why a file cannot be loaded, or undefined: then the linker says what else is wrong with it. */
export function whyNotLoadable(path: string): string | undefined {
  const file = headerOf(path);
  if (file === undefined) return undefined;
  const { header, size } = file;
  if (size < HEADER || header.getUint32(0) !== 0x7f_45_4c_46) return 'invalid ELF header';
  const little = header.getUint8(5) === LITTLE_ENDIAN;
  const machine = header.getUint16(18, little);
  const name = machines[machine];
  // Of an architecture that has no published binary, nobody here knows the number.
  const isOther = name === undefined ? isPublished : name !== process.arch;
  if (isOther || (name !== undefined && little !== isLittleEndian)) {
    const order = little ? '' : ', big-endian';
    return `it is for ${name ?? `ELF machine ${machine}`}${order}, and this process is ${process.arch}`;
  }
  if (header.getUint8(4) !== CLASS_64) return undefined;
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
