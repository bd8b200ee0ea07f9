/**
 * `npm run verify:sandboxes`: runs program.ts and doctor in each sandbox that can be had here, and says what is not as
 * it should be. A sandbox that is missing is named, with the reason, and fails nothing unless --all is given.
 */

import { spawnSync } from 'node:child_process';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { CommandReport, Diagnosis } from '../../cli/diagnosis.js';
import { root } from '../../harness/index.js';
import type { Findings } from './program.js';
import { always, type Sandbox, sandboxesFor } from './sandboxes.js';

const clone = fileURLToPath(root);
const program = fileURLToPath(new URL('program.js', import.meta.url));
const cli = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

/** In milliseconds: what takes longer hangs. */
const PATIENCE = 60_000;
/** In seconds, for doctor. */
const DOCTOR = 15;

interface Run {
  readonly seconds: number;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ wrap }: Sandbox, ...args: string[]): Run {
  const [command, ...rest] = wrap([execPath, ...args]) as [string, ...string[]];
  const begin = performance.now();
  const ended = spawnSync(command, rest, { encoding: 'utf8', timeout: PATIENCE, killSignal: 'SIGKILL' });
  return { seconds: (performance.now() - begin) / 1000, ...ended };
}

function problemsOf(sandbox: Sandbox): string[] {
  const ran = run(sandbox, program);
  const problems: string[] = [];
  try {
    const found = JSON.parse(ran.stdout) as Findings;
    for (const [key, value] of Object.entries({ ...always, ...sandbox.expected })) {
      const is = found[key as keyof Findings];
      if (is !== value) problems.push(`${key} is ${is}, and should be ${value}`);
    }
  } catch {
    problems.push(`the program has ended with ${ran.status}, after ${ran.seconds.toFixed(1)} s: ${ran.stderr.trim()}`);
  }
  const doctor = run(sandbox, cli, 'doctor', '--json');
  problems.push(...problemsOfDoctor(sandbox, doctor));
  tell(sandbox, `${ran.seconds.toFixed(1)} s, doctor ${doctor.seconds.toFixed(1)} s`);
  return problems;
}

function problemsOfDoctor({ verdict, status }: Sandbox, doctor: Run): string[] {
  const problems: string[] = [];
  if (doctor.seconds > DOCTOR) problems.push(`doctor has taken ${doctor.seconds.toFixed(1)} s`);
  if (doctor.status !== status)
    problems.push(`doctor has ended with ${doctor.status}, not ${status}: ${doctor.stderr}`);
  try {
    const found = JSON.parse(doctor.stdout) as Diagnosis;
    if (found.verdict !== verdict) problems.push(`doctor says ${found.verdict}, not ${verdict}: ${found.cause}`);
    const withoutCost = ({ outcome, nanoseconds }: CommandReport) => outcome === 'works' && nanoseconds === null;
    const costless = found.commands.filter(withoutCost).map(({ command }) => command);
    if (costless.length > 0) problems.push(`doctor gives no cost of ${costless.join(', ')}`);
  } catch {
    problems.push(`doctor prints no JSON: ${doctor.stdout}${doctor.stderr}`);
  }
  return problems;
}

function tell({ name }: Sandbox, what: string): void {
  console.log(`${name.padEnd(52)} ${what}`);
}

let [passed, failed, skipped] = [0, 0, 0];
for (const sandbox of sandboxesFor(clone)) {
  if (sandbox.missing !== undefined) {
    tell(sandbox, `skipped: ${sandbox.missing}`);
    skipped++;
    continue;
  }
  const problems = problemsOf(sandbox);
  for (const problem of problems) console.log(`    ${problem}`);
  if (problems.length === 0) passed++;
  else failed++;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0 || (argv.includes('--all') && skipped > 0)) process.exitCode = 1;
