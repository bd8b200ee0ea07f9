/** The command line, run as users run it; and inside a sandbox, where filters are given. */
import { fileURLToPath } from 'node:url';
import { root } from '../../bench/support/harness.js';
import type { CommandReport, Diagnosis } from '../../lib/cli/diagnosis.js';
import type { Environment } from '../../lib/cli/environment.js';
import { type Ended, run } from './fresh.js';

export const main: string = fileURLToPath(new URL('dist/lib/cli/main.js', root));

export function membarrier(...args: string[]): Promise<Ended> {
  return run([main, ...args]);
}

/** With seccomp filters in force, as `[command, errno]`: they are inherited by what the sandbox starts. */
export function sandboxed(deny: readonly (readonly [number, number])[], ...args: string[]): Promise<Ended> {
  return run([fileURLToPath(new URL('cli-sandbox.js', import.meta.url)), JSON.stringify(deny), main, ...args]);
}

/** What `doctor --json` printed. */
export type Doctor = Diagnosis & { readonly version: string; readonly environment: Environment };

export function report({ stdout }: { stdout: string }): Doctor {
  return JSON.parse(stdout) as Doctor;
}

export function of(doctor: Doctor, name: string): CommandReport {
  return doctor.commands.find(({ command }) => command === name) as CommandReport;
}
