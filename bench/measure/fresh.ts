/** Measurements in processes of their own, where nothing is registered yet. */
import { spawnSync } from 'node:child_process';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { effort } from './effort.js';
import { rotated } from './samples.js';

/** Runs bench/sections/NAME.js with these arguments, waits for its end, and answers what it printed as JSON. */
export function inFreshProcess<T>(name: string, ...args: string[]): T {
  const path = fileURLToPath(new URL(`../sections/${name}.js`, import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(execPath, [path, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(whyEnded(stderr, signal));
  return JSON.parse(stdout) as T;
}

/** Milliseconds. */
const PATIENCE = 4000;

/**
 * Takes rounds of samples in fresh processes; in a quick run no more than some seconds of them, but `least` at any
 * rate. Throws where even those would take too long.
 */
export function takeRounds<T>(rounds: number, least: number, take: (round: number) => T): T[] {
  const taken: T[] = [];
  const start = performance.now();
  while (taken.length < rounds) {
    taken.push(take(taken.length));
    if (effort === 'full') continue;
    const elapsed = performance.now() - start;
    const each = elapsed / taken.length;
    if (each * least > 4 * PATIENCE) {
      throw new Error(`a round of fresh processes takes ${(each / 1000).toFixed(1)} s here, too long for --quick`);
    }
    if (taken.length >= least && elapsed > PATIENCE) break;
  }
  return taken;
}

/**
 * The same with arms: the processes of a round differ in their arguments, and each arm comes first as often as the
 * others.
 */
export function takeArms<Arm extends string, T>(
  name: string,
  arms: Record<Arm, string>,
  rounds: number,
  least: number,
): Record<Arm, T[]> {
  const names = Object.keys(arms) as Arm[];
  const found = takeRounds(rounds, least, (round) => {
    return new Map(rotated(names, round).map((arm) => [arm, inFreshProcess<T>(name, arms[arm])]));
  });
  return Object.fromEntries(names.map((arm) => [arm, found.map((round) => round.get(arm))])) as Record<Arm, T[]>;
}

/**
 * Why a process of ours failed: the line that names the error, of what Node.js prints when it ends with one; or the
 * signal.
 */
export function whyEnded(stderr: string, signal: NodeJS.Signals | null): string {
  const error = /^\w*Error.*$/m.exec(stderr)?.[0];
  return error ?? (signal === null ? stderr.trim() || 'it failed' : `it was ended by ${signal}`);
}
