/**
 * Bun for musl, on Debian's musl. It needs a libstdc++ for musl, which Debian has not got: one is linked here of the
 * objects of Debian's libstdc++.a that Bun asks for, with what of glibc those need.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { out, run, tool, users } from '../programs.js';
import { allFeatures, check, createInstalled } from '../project.js';
import { Missing, type Row } from '../row.js';

const LOADER = '/lib/ld-musl-x86_64.so.1';

const GLIBC = `
void* __dso_handle __attribute__((visibility("hidden")));
char __libc_single_threaded;
int pthread_key_create(unsigned*, void (*)(void*));
int __pthread_key_create(unsigned* key, void (*destroy)(void*)) { return pthread_key_create(key, destroy); }
int _dl_find_object(void* address, void* found) { (void)address, (void)found; return -1; }
long getrandom(void*, unsigned long, unsigned);
unsigned arc4random(void) { unsigned word; getrandom(&word, sizeof word, 0); return word; }`;

const output = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });

/** The names of a binary's dynamic symbols that it defines, or does not. */
function symbols(binary: string, defined: boolean): string[] {
  const rows = output('readelf', '--dyn-syms', '--wide', binary)
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([, , , , , , section, name]) =>
    name !== undefined && (section !== 'UND') === defined ? [name.replace(/@.*/, '')] : [],
  );
}

/** A folder with the libraries that Bun looks for. */
function libraries(bun: string): string {
  const folder = join(users, 'musl');
  mkdirSync(folder);
  symlinkSync(LOADER, join(folder, 'libc.musl-x86_64.so.1'));
  const known = new Set(symbols(LOADER, true));
  const copied = [...output('readelf', '--relocs', '--wide', bun).matchAll(/R_X86_64_COPY +\w+ (_Z\w+)/g)].map(
    ([, name]) => name,
  );
  const wanted = symbols(bun, false).filter((name) => !known.has(name) && !/^_ITM|^__gmon/.test(name));
  writeFileSync(join(folder, 'glibc.c'), GLIBC);
  const archives = ['libstdc++.a', 'libgcc_eh.a', 'libgcc.a'].map((name) =>
    output('g++', `-print-file-name=${name}`).trim(),
  );
  const roots = [...wanted, ...copied].map((name) => `-Wl,-u,${name}`);
  const library = ['-shared', '-nostdlib', '-fPIC', '-Wl,-soname,libstdc++.so.6', '-o', join(folder, 'libstdc++.so.6')];
  execFileSync('gcc', [...library, join(folder, 'glibc.c'), ...roots, ...archives, '-Wl,--gc-sections']);
  return folder;
}

/** npm refuses to install it on glibc. */
function fetchBun(): string {
  const folder = join(out, 'bun-musl');
  const program = join(folder, 'package/bin/bun');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const version = output(tool('@oven/bun-linux-x64/bin/bun'), '--version').trim();
    const pack = ['pack', '--silent', '--pack-destination', folder, `@oven/bun-linux-x64-musl@${version}`];
    execFileSync('tar', ['-xzf', output('npm', ...pack).trim()], { cwd: folder });
    chmodSync(program, 0o755);
  }
  return program;
}

export const musl: Row = {
  name: 'Bun, x64, musl',
  async run() {
    if (!existsSync(LOADER)) throw new Missing('musl is not installed: apt-get install musl-tools');
    const program = fetchBun();
    const { folder } = await createInstalled('bun-musl');
    const running = { cwd: folder, env: { LD_LIBRARY_PATH: libraries(program) } };
    check(await run([program, 'main.js'], running));
    allFeatures(await run([program, 'features.js'], running));
    return undefined;
  },
};
