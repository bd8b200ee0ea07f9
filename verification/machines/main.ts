/**
 * `npm run verify:ppc64le` and its like: the package on the real kernel of another architecture, which qemu emulates.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from '../../harness/index.js';
import { buildAddons } from './addons.js';
import { counting } from './barriers.js';
import { type Machine, machines } from './machines.js';
import { bundleModules } from './modules.js';
import type { Plan } from './plan.js';
import { boot, majorVersion } from './qemu.js';
import { type Base, createInitramfs, prepareBase } from './root.js';
import { nameOf, select, unknown } from './suite.js';
import { missingPackages } from './tools.js';

const usage = `Usage: npm run verify:MACHINE -- [--all] [--only TEST ...] [--leave-out-registration]

  MACHINE                   ${machines.map(({ name }) => name).join(', ')}
  --all                     every test file that can run there, not only those that are quick
  --only TEST               these test files only, neither counting nor bench; may be repeated
  --leave-out-registration  counts switches only, and must fail: shows that a wrong count is noticed

Exit status: 0 all is as expected; 1 something is not; 2 wrong usage, or something is not installed.`;

class UsageError extends Error {}

function parse() {
  try {
    const { values, positionals } = parseArgs({
      args: argv.slice(2),
      allowPositionals: true,
      options: {
        all: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        'leave-out-registration': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return { ...values, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

const begin = performance.now();

function say(text: string): void {
  const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(6);
  console.log(`[${seconds} s] ${text}`);
}

/** What both boots need. */
interface Prepared {
  readonly folder: string;
  readonly base: Base;
  readonly binaries: string;
  readonly modules: string;
}

async function prepare(machine: Machine): Promise<Prepared> {
  const folder = fileURLToPath(new URL(`out/machines/${machine.name}`, root));
  mkdirSync(folder, { recursive: true });
  const modules = join(folder, 'modules');
  const [base, binaries] = await Promise.all([
    prepareBase(machine, folder),
    buildAddons(machine, join(folder, 'addons')),
    bundleModules(modules),
  ]);
  say(`kernel: ${base.kernelPackage}; Node.js: ${base.nodePackage}`);
  return { folder, base, binaries, modules };
}

async function runSuite(machine: Machine, prepared: Prepared, all: boolean, only: readonly string[]): Promise<void> {
  const { together, alone, skipped } = select(all, only);
  const { arch, mask, unsupported, qemu, optimizesFromQemu = 0, countsSwitches, inOneThread } = machine;
  const isInOneThread = (file: string) => inOneThread.includes(nameOf(file));
  const common = {
    task: 'suite',
    arch,
    mask,
    unsupported,
    nodeOptions: majorVersion(qemu) < optimizesFromQemu ? ['--no-opt'] : [],
  } as const;
  const plan: Plan = {
    ...common,
    doctor: all || !countsSwitches,
    torture: all,
    bench: only.length === 0,
    together: together.filter((file) => !isInOneThread(file)),
    alone,
  };
  const apart = together.filter(isInOneThread);
  if (apart.length < together.length || alone.length > 0) {
    say('the suite');
    await bootSuite(machine, prepared, plan, 'suite', []);
  }
  if (apart.length > 0) {
    say(`in one thread of qemu: ${apart.map(nameOf).join(', ')}`);
    const nothingElse = { doctor: false, torture: false, bench: false, together: apart, alone: [] };
    const options = ['-accel', 'tcg,thread=single'];
    await bootSuite(machine, prepared, { ...common, ...nothingElse }, 'one-thread', options);
  }
  if (only.length === 0) for (const [reason, names] of skipped) console.log(`not run: ${names.join(', ')}: ${reason}`);
}

async function bootSuite(
  machine: Machine,
  { folder, base, binaries, modules }: Prepared,
  plan: Plan,
  name: string,
  options: readonly string[],
): Promise<void> {
  await boot(machine, {
    kernel: base.kernel,
    initramfs: await createInitramfs(folder, binaries, modules, plan),
    cpus: 2,
    options,
    log: join(folder, `${name}.log`),
    seconds: 7200,
    onLine: (line) => console.log(line),
  });
}

async function countSwitches(machine: Machine, prepared: Prepared, leaveOut: boolean): Promise<void> {
  const { folder, base, binaries, modules } = prepared;
  const initramfs = await createInitramfs(folder, binaries, modules, { task: 'switches', leaveOut });
  say('hwsync per switch, in switch_mm_irqs_off');
  const { options, judge } = counting(base.kernel, folder);
  const printed = await boot(machine, {
    kernel: base.kernel,
    initramfs,
    cpus: 1,
    options: ['-icount', 'shift=0,sleep=off', ...options],
    log: join(folder, 'switches.log'),
    seconds: 300,
  });
  console.log(judge(printed));
}

async function run(): Promise<void> {
  const { positionals, all, only, 'leave-out-registration': leaveOut, help } = parse();
  if (help) {
    console.log(usage);
    return;
  }
  const [name, ...more] = positionals;
  const machine = machines.find((machine) => machine.name === name);
  if (machine === undefined || more.length > 0)
    throw new UsageError(`which machine: ${positionals.join(' ') || 'none is named'}`);
  if (leaveOut && !machine.countsSwitches) throw new UsageError(`no switches are counted on ${name}`);
  const nowhere = unknown(only);
  if (nowhere.length > 0) throw new UsageError(`no test file ${nowhere.join(', ')}`);
  const missing = missingPackages(machine);
  if (missing.length > 0) throw new UsageError(`not installed: apt-get install ${missing.join(' ')}`);

  const prepared = await prepare(machine);
  // Two machines at once: what is counted does not depend on time.
  await Promise.all([
    machine.countsSwitches && only.length === 0 ? countSwitches(machine, prepared, leaveOut) : undefined,
    leaveOut ? undefined : runSuite(machine, prepared, all, only),
  ]);
  say('passed');
}

try {
  await run();
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else {
    say(`failed: ${(error as Error).message}`);
    console.error(`The consoles are in out/machines/${argv[2]}/.`);
  }
}
