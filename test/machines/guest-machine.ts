/** In the guest: what machine this is; what `query` and `doctor` say of it, and have to; and the benchmark, to its end. */
import { readFileSync } from 'node:fs';
import { arch, endianness, release } from 'node:os';
import { version } from 'node:process';
import { fileURLToPath } from 'node:url';
import { membarrier } from 'node-membarrier';
import { membarrier as command, of, report } from '../support/cli.js';
import { run } from '../support/fresh.js';
import { everyCommand } from '../support/kernel.js';
import type { SuitePlan } from './plan.js';

/** What is not as expected is said, and the machine fails in the end. */
function expect(what: string, found: string, expected: string): void {
  if (found === expected) return;
  console.log(`FAILED  ${what}: ${found}, and not ${expected}`);
  process.exitCode = 1;
}

function cpu(): string {
  const names = /^(?:cpu|model name|processor 0|isa|CPU part)\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
  return names?.[1] ?? 'unknown';
}

export function introduce({ arch: expected, mask }: SuitePlan): void {
  const hex = (value: number) => `0x${value.toString(16)}`;
  const found = membarrier.query().mask;
  const end = endianness() === 'BE' ? 'big-endian' : 'little-endian';
  console.log(`Linux ${release()}, ${arch()}, ${end}, CPU ${cpu()}, Node.js ${version}, QUERY ${hex(found)}`);
  expect('process.arch', arch(), expected);
  expect('QUERY', hex(found), hex(mask));
}

export async function doctor({ unsupported }: SuitePlan): Promise<void> {
  const { status, stdout, stderr } = await command('doctor', '--json');
  expect('the status of doctor', `${status} ${stderr}`, '0 ');
  const found = report({ stdout });
  for (const name of everyCommand) {
    expect(`doctor of ${name}`, of(found, name).outcome, unsupported.includes(name) ? 'unsupported' : 'works');
  }
  console.log(`doctor: ${found.verdict}; unsupported: ${unsupported.join(', ') || 'nothing'}`);
}

export async function bench(): Promise<void> {
  const help = await command('--help');
  if (!/^ +bench\b/m.test(help.stdout)) {
    console.log('bench: this version has none');
    return;
  }
  const { status, stdout, stderr } = await command('bench', '--quick');
  expect('the status of bench --quick', `${status}`, '0');
  console.log(
    `bench --quick has ended with ${status}; its times mean nothing on an emulated machine:\n${stdout}${stderr}`,
  );
}

/** The torture test of RCU by itself: the test of it plants a fault too, for which it needs a bundler. */
export async function torture(): Promise<void> {
  const program = fileURLToPath(new URL('../torture/main.js', import.meta.url));
  const { status, stdout, stderr } = await run([program, '--seconds', '20', '--seed', '7', '--patience', '300']);
  // 4: readers and writers have hardly met, which so slow a machine may answer.
  if (status !== 4) expect('the status of the torture test', `${status}`, '0');
  console.log(`${stdout.trim()}${stderr}`);
}
