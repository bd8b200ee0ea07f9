/** Measurements in processes of their own, where nothing is registered yet. */
import { spawnSync } from 'node:child_process';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Runs bench/sections/NAME.js with these arguments, waits for its end, and answers what it printed as JSON. */
export function inFreshProcess<T>(name: string, ...args: string[]): T {
  const path = fileURLToPath(new URL(`../sections/${name}.js`, import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(execPath, [path, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(whyEnded(stderr, signal));
  return JSON.parse(stdout) as T;
}

/** Why a process of ours failed: the line that names the error, of what Node.js prints when it ends with one; or the signal. */
export function whyEnded(stderr: string, signal: NodeJS.Signals | null): string {
  const error = /^\w*Error.*$/m.exec(stderr)?.[0];
  return error ?? (signal === null ? stderr.trim() || 'it failed' : `it was ended by ${signal}`);
}
