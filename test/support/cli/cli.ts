/** The command line, run as users run it; and inside a sandbox, where filters are given. */
import { fileURLToPath } from 'node:url';
import type { CommandReport, Diagnosis } from '../../../cli/diagnosis.js';
import type { Environment } from '../../../cli/environment.js';
import type { Features } from '../../../cli/features.js';
import { root } from '../../../harness/index.js';
import { type Ended, runBare } from '../process/fresh.js';

export const main: string = fileURLToPath(new URL('dist/cli/main.js', root));

export function membarrier(...args: string[]): Promise<Ended> {
  return runBare([main, ...args]);
}

/** A command of membarrier(2) by its number (-1 for every one), or the pinning of threads; and what it answers. */
export type Filter = readonly [call: number | 'pinning', errno: number];

/** With seccomp filters in force: they are inherited by what the sandbox starts. */
export function sandboxed(deny: readonly Filter[], ...args: string[]): Promise<Ended> {
  return sandboxedProgram(main, deny, ...args);
}

export function sandboxedProgram(program: string, deny: readonly Filter[], ...args: string[]): Promise<Ended> {
  return runBare([fileURLToPath(new URL('cli-sandbox.js', import.meta.url)), JSON.stringify(deny), program, ...args]);
}

/** What `doctor --json` printed. */
export type Doctor = Diagnosis & {
  readonly version: string;
  readonly environment: Environment;
  readonly features: Features;
};

export function report({ stdout }: { stdout: string }): Doctor {
  return JSON.parse(stdout) as Doctor;
}

export function of(doctor: Doctor, name: string): CommandReport {
  return doctor.commands.find(({ command }) => command === name) as CommandReport;
}
