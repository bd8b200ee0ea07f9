/**
 * `npm run verify:kernel-defect`: GLOBAL_EXPEDITED misses threads once a thread has exited. Boots Debian's kernels for
 * three architectures, then Debian's source built without and with a fix, and runs global_expedited.c in each: without
 * the fix every run must miss, with it none. docs/evidence/global-expedited.md is the report.
 */
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { root } from '../../harness/index.js';
import { boot } from '../machines/qemu.js';
import { archive } from '../machines/root.js';
import { missingPackages } from '../machines/tools.js';
import { type Guest, guests, pc, releases } from './guests.js';
import { buildKernels, fetchBusybox, fetchPackaged, type Kernel, neededToBuild, once } from './kernels.js';

const usage = `Usage: npm run verify:kernel-defect -- [--runs N] [--source VERSION ...] [--no-build] [--fresh]

  --runs N     conclusive ones of the reproducer in each kernel (default: 20)
  --source V   builds Debian's source of this version, 6.1 or 6.12 (default: 6.1); may be repeated; 2 to 5 minutes each
  --no-build   Debian's kernels only
  --fresh      downloads and builds everything anew

Exit status: 0 all is as expected; 1 something is not; 2 wrong usage, or something is not installed.`;

const execute = promisify(execFile);
const here = fileURLToPath(new URL('verification/kernel-defect/', root));
const out = fileURLToPath(new URL('out/kernel-defect/', root));
const begun = performance.now();

async function createInitramfs(guest: Guest, runs: number): Promise<string> {
  const folder = join(out, guest.name);
  const busybox = await once(join(folder, 'busybox'), () => fetchBusybox(guest, join(folder, 'busybox')));
  const top = join(folder, 'root');
  rmSync(top, { recursive: true, force: true });
  for (const path of ['bin', 'dev', 'proc']) mkdirSync(join(top, path), { recursive: true });
  copyFileSync(busybox, join(top, 'bin/busybox'));
  const program = [join(here, 'global_expedited.c'), '-o', join(top, 'bin/global_expedited')];
  await execute(`${guest.triplet}-gcc`, ['-O2', '-static', '-pthread', ...program]);
  copyFileSync(join(here, 'init.sh'), join(top, 'init'));
  chmodSync(join(top, 'init'), 0o755);
  writeFileSync(join(top, 'runs'), `${runs}\n`);
  const initramfs = join(folder, 'initramfs');
  await archive(top, initramfs);
  return initramfs;
}

/** Whether there were enough conclusive runs, and all had this status: 1, missed; 0, reached. */
async function check(
  guest: Guest,
  { image, described }: Kernel,
  initramfs: string,
  runs: number,
  expected: 0 | 1,
): Promise<boolean> {
  const log = join(out, `${guest.name} ${described}.log`);
  const printed = await boot(guest, { kernel: image, initramfs, cpus: 2, log, seconds: 300 });
  const statuses = (/^statuses: (.*)$/m.exec(printed)?.[1] ?? '').split(' ').map(Number);
  const of = (status: number) => statuses.filter((found) => found === status).length;
  const holds = of(expected) >= runs && of(1 - expected) === 0;
  const inconclusive = of(2) > 0 ? `, inconclusive ${of(2)}` : '';
  const verdict = `missed ${of(1)} of ${of(0) + of(1)}${inconclusive}${holds ? '' : ': NOT AS EXPECTED'}`;
  tell(`${guest.name.padEnd(8)} ${described.padEnd(52)} ${verdict}`);
  return holds;
}

function tell(text: string): void {
  console.log(`[${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s] ${text}`);
}

async function run(runs: number, sources: readonly string[]): Promise<boolean> {
  let holds = true;
  for (const guest of guests) {
    const initramfs = await createInitramfs(guest, runs);
    for (const release of releases) {
      const folder = join(out, guest.name, `debian-${release.version}`);
      const kernel = await once(folder, () => fetchPackaged(release, guest, folder));
      holds = (await check(guest, kernel, initramfs, runs, 1)) && holds;
    }
  }
  const initramfs = join(out, pc.name, 'initramfs');
  for (const release of releases.filter(({ version }) => sources.includes(version))) {
    const folder = join(out, `source-${release.version}`);
    const kernels = await once(folder, () => buildKernels(release, folder));
    holds = (await check(pc, kernels.without, initramfs, runs, 1)) && holds;
    holds = (await check(pc, kernels.with, initramfs, runs, 0)) && holds;
  }
  return holds;
}

function parse() {
  try {
    const { values } = parseArgs({
      args: argv.slice(2),
      options: {
        runs: { type: 'string', default: '20' },
        source: { type: 'string', multiple: true, default: ['6.1'] },
        'no-build': { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (!/^[1-9]\d{0,3}$/.test(values.runs)) throw new Error('--runs takes a number from 1 to 9999');
    const versions = releases.map(({ version }) => version);
    const unknown = values.source.find((source) => !versions.includes(source));
    if (unknown !== undefined) throw new Error(`--source takes ${versions.join(' or ')}, not ${unknown}`);
    return { ...values, runs: Number(values.runs) };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

class UsageError extends Error {}

async function main(): Promise<void> {
  const { runs, source, fresh, help, 'no-build': noBuild } = parse();
  if (help) {
    console.log(usage);
    return;
  }
  const missing = guests.flatMap((guest) => missingPackages(guest, noBuild ? [] : neededToBuild));
  if (missing.length > 0) throw new UsageError(`not installed: apt-get install ${[...new Set(missing)].join(' ')}`);
  if (fresh) rmSync(out, { recursive: true, force: true });
  if (!(await run(runs, noBuild ? [] : source))) throw new Error('something is not as expected');
  tell('all as expected');
}

try {
  await main();
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else tell(`failed: ${(error as Error).message}\nThe consoles are in out/kernel-defect/.`);
}
