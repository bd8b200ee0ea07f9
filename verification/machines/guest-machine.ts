/**
 * In the guest: what machine this is; what `query` and `doctor` say of it, and have to; and the benchmark, to its end.
 */
import { readFileSync } from 'node:fs';
import { arch, endianness, release } from 'node:os';
import { version } from 'node:process';
import { fileURLToPath } from 'node:url';
import { membarrier } from 'node-membarrier';
import { renderReport } from '../../bench/report/text.js';
import { plans } from '../../bench/sections.js';
import { benchMain, readBench } from '../../test/support/bench/bench.js';
import { membarrier as command, of, report } from '../../test/support/cli/cli.js';
import { runBare } from '../../test/support/process/fresh.js';
import { everyCommand } from '../../test/support/process/kernel.js';
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

/** To its end: 4 says that something could not be measured there, which is named. */
export async function bench(): Promise<void> {
  const start = performance.now();
  const ended = await runBare([benchMain, '--quick', '--emulated', '--json']);
  if (ended.status !== 4 && ended.status !== 0)
    expect('the status of bench --quick', `${ended.status} ${ended.stderr}`, '0');
  const report = readBench(ended);
  expect('whether bench --quick came to its end', String(report.complete), 'true');
  expect('the sections of bench --quick', String(report.sections.length), String(plans.length));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`bench --quick has ended after ${seconds} s\n\n${renderReport(report)}\n`);
}

/** The torture test of RCU by itself: the test of it plants a fault too, for which it needs a bundler. */
export async function torture(): Promise<void> {
  const program = fileURLToPath(new URL('../torture/main.js', import.meta.url));
  const { status, stdout, stderr } = await runBare([program, '--seconds', '20', '--seed', '7', '--patience', '300']);
  // 4: readers and writers have hardly met, which so slow a machine may answer.
  if (status !== 4) expect('the status of the torture test', `${status}`, '0');
  console.log(`${stdout.trim()}${stderr}`);
}
