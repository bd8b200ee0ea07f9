/** What `membarrier doctor` says of this machine: asked in a process of its own, which a sandbox may kill. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { EXIT_REFUSED, EXIT_UNAVAILABLE } from '../terminal/result.js';
import type { Environment } from './report/schema.js';

export interface Doctor {
  readonly version: string;
  readonly environment: Omit<Environment, 'emulated'>;
  readonly verdict: string;
  readonly commands: readonly { readonly command: string; readonly outcome: string }[];
}

/** 0.5 s; 10 s more for each call that never returns. */
export function askDoctor(): Doctor {
  const manifest = createRequire(import.meta.url).resolve('node-membarrier/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { membarrier: string } };
  const program = join(dirname(manifest), bin.membarrier);
  const { stdout, stderr } = spawnSync(execPath, [program, 'doctor', '--json'], { encoding: 'utf8' });
  if (stdout === '') throw new Error(`membarrier doctor failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as Doctor;
}

/** What bench answers the shell, as far as the machine is concerned. */
export function statusOf({ verdict, commands }: Doctor): number {
  if (verdict === 'unavailable') return EXIT_UNAVAILABLE;
  return commands.some(({ command, outcome }) => command === 'QUERY' && outcome === 'works') ? 0 : EXIT_REFUSED;
}
