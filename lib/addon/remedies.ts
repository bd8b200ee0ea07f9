/** What to do when the addon does not load, by what Node.js and the dynamic linkers of glibc and musl say. */
import { isPublished } from './elf.js';

const reinstall = 'Reinstall the package (in a clone: npm run build)';

/** Not the binary, but a library that it needs. As glibc says it, and musl. */
const isLibrary = /^lib[^/:]+: cannot open shared object file|\(needed by /;
const absent = /No such file|Cannot tell where/;

const whereAbsent = isPublished
  ? `${reinstall}. In a bundled program, mark the package as external, or copy its ` +
    `prebuilds/linux-${process.arch}/node-membarrier.node beside the bundle`
  : `No binary is published for linux-${process.arch}. Depend on the repository itself: npm then builds the package`;

const remedies: readonly { readonly found: RegExp; readonly remedy: string }[] = [
  {
    found: /libc\.musl|libc\.so: invalid ELF header/,
    remedy: 'The binary was built for musl, and this system has glibc. Reinstall the package on this machine',
  },
  {
    found: isLibrary,
    remedy: 'This system lacks a library that the binary needs. Install it',
  },
  {
    found: absent,
    remedy: whereAbsent,
  },
  {
    found: /another version of node-membarrier/,
    remedy: `${reinstall}. In a bundled program, copy the binary beside the bundle once more`,
  },
  {
    found: /failed to map segment|Operation not permitted|Permission denied/,
    remedy:
      'The file system (mounted noexec) or a security policy does not let the binary be executed. Install the ' +
      'package on a file system without noexec',
  },
  {
    found: /version `\w+_[\d.]+' not found/,
    remedy: 'The C or C++ library of this system is too old for the binary. Use a newer system, or build it in a clone',
  },
  {
    found: /invalid ELF header|wrong ELF class|Exec format error|file too short|it is for /,
    remedy:
      'The binary is damaged or for another architecture. Reinstall the package on this machine, and do not copy ' +
      'node_modules from another one',
  },
];

export function isAbsent({ message }: Error): boolean {
  return absent.test(message) && !isLibrary.test(message);
}

export function remedyFor({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ERR_DLOPEN_DISABLED') {
    return process.permission === undefined
      ? 'Start Node.js (or this worker) without --no-addons'
      : 'Start Node.js with --allow-addons';
  }
  return remedies.find(({ found }) => found.test(message))?.remedy ?? `The binary cannot be used. ${reinstall}`;
}
