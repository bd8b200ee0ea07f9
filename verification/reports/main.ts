/**
 * `npm run verify:reports`: reproduces the two reports of fences that compilers lose (docs/evidence/v8-s390x-fence.md,
 * docs/evidence/binaryen-fence.md), each with a control. A report that is not reproduced any more is out of date.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';
import { root } from '../../harness/index.js';
import { findProgram } from '../../test/support/process/programs.js';

const here = fileURLToPath(new URL('verification/reports/', root));
const out = fileURLToPath(new URL('out/reports/', root));
/** Two versions of Binaryen read two dialects of the text. */
const module = join(out, 'fence.wasm');

/** The newest that npm has for s390x. */
const NODE_S390X = 'node-linux-s390x@20.11.0';
const BINARYEN = 'binaryen@132.0.0';

interface Finding {
  readonly what: string;
  /** Whether the fence is there. */
  readonly isKept: boolean;
  /** Whether it is, in the report; a control, if it is. */
  readonly isKeptInReport: boolean;
}

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'pipe'] });

/** Answers the folder of a package of npm's, which is not for this machine, or large. */
function fetchPackage(name: string): string {
  const folder = join(out, name.replace(/@.*/, ''));
  mkdirSync(folder, { recursive: true });
  run('npm', 'install', '--silent', '--no-save', '--force', '--ignore-scripts', '--prefix', folder, name);
  const [installed] = readdirSync(join(folder, 'node_modules')).filter((entry) => !entry.startsWith('.'));
  return join(folder, 'node_modules', installed as string);
}

function optimized(wasmOpt: readonly [string, ...string[]], ...passes: string[]): boolean {
  const [program, ...args] = wasmOpt;
  return run(program, ...args, '--enable-threads', ...passes, '-S', '-o', '-', module).includes('atomic.fence');
}

function binaryen(): Finding[] {
  const tools: [string, readonly [string, ...string[]]][] = [
    [BINARYEN, [execPath, join(fetchPackage(BINARYEN), 'bin/wasm-opt')]],
  ];
  const installed = findProgram('wasm-opt');
  if (installed !== undefined) tools.push([run(installed, '--version').trim(), [installed]]);
  return tools.flatMap(([name, tool]) => [
    { what: `${name} --precompute`, isKept: optimized(tool, '--precompute'), isKeptInReport: false },
    { what: `${name} -O2`, isKept: optimized(tool, '-O2'), isKeptInReport: false },
    { what: `${name} --vacuum`, isKept: optimized(tool, '--vacuum'), isKeptInReport: true },
  ]);
}

/** What V8 prints of the function between `Instructions` and the end. */
function machineCode(...command: [string, ...string[]]): string {
  const [program, ...args] = command;
  const printed = run(program, ...args, '--print-wasm-code', '--no-liftoff', join(out, 'fence.mjs'));
  const found = /^Instructions.*\n([\s\S]*?)\n\n/m.exec(printed)?.[1];
  if (found === undefined) throw new Error(`V8 has printed no machine code:\n${printed}`);
  return found;
}

function v8(): Finding[] {
  const node = join(fetchPackage(NODE_S390X), 'bin/node');
  const s390x = machineCode('qemu-s390x', '-L', '/usr/s390x-linux-gnu', node);
  return [
    // bcr 15,0 and bcr 14,0; a branch to the register 14 is the function's return.
    { what: NODE_S390X, isKept: /\b07[ef]0\b/.test(s390x), isKeptInReport: false },
    {
      what: `this Node.js, ${process.arch}`,
      isKept: /\bmfence\b|\bdmb\b/.test(machineCode(execPath)),
      isKeptInReport: true,
    },
  ];
}

async function assemble(): Promise<void> {
  mkdirSync(out, { recursive: true });
  const parsed = (await wabt()).parseWat('fence.wat', readFileSync(join(here, 'fence.wat'), 'utf8'), { threads: true });
  const { buffer } = parsed.toBinary({});
  writeFileSync(module, buffer);
  const script = `const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(${buffer.join()})));
exports.both(0, 4);`;
  writeFileSync(join(out, 'fence.mjs'), script);
}

const missing = [
  ['qemu-s390x', 'qemu-user'],
  ['s390x-linux-gnu-gcc', 'gcc-s390x-linux-gnu'],
].filter(([program = '']) => findProgram(program) === undefined);
if (missing.length > 0) {
  console.error(`not installed: apt-get install ${missing.map(([, name]) => name).join(' ')}`);
  process.exit(2);
}
await assemble();
for (const { what, isKept, isKeptInReport } of [...binaryen(), ...v8()]) {
  const verdict = isKept === isKeptInReport ? 'as in the report' : 'NOT AS IN THE REPORT';
  console.log(`${what.padEnd(32)} the fence is ${isKept ? 'kept' : 'gone'}: ${verdict}`);
  if (isKept !== isKeptInReport) process.exitCode = 1;
}
