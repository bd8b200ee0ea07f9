/** Measurements in processes of their own, where nothing is registered yet. */
import { execFileSync } from 'node:child_process';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Runs bench/sections/NAME.js with these arguments, waits for its end, and answers what it printed as JSON. */
export function inFreshProcess<T>(name: string, ...args: string[]): T {
  const path = fileURLToPath(new URL(`../sections/${name}.js`, import.meta.url));
  return JSON.parse(
    execFileSync(execPath, [path, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  ) as T;
}
