/**
 * Installs seccomp filters, and becomes as good as the program that it then starts: output and status are passed on.
 */
import { spawnSync } from 'node:child_process';
import { argv, execPath } from 'node:process';
import { probes } from '../probes.js';
import type { Filter } from './cli.js';

const [, , filters, ...args] = argv as [string, string, string, ...string[]];
for (const [call, errno] of JSON.parse(filters) as Filter[]) {
  if (call === 'pinning') probes.denyPinning(errno);
  else probes.deny(call, errno);
}
process.exitCode = spawnSync(execPath, args, { stdio: 'inherit' }).status ?? 1;
