/** Measurements in processes of their own, where nothing is registered yet. */
import { spawnSync } from 'node:child_process';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { effort } from './effort.js';
import type { Tasks } from './fresh-child.js';
import { rotated } from './samples.js';

const child = fileURLToPath(new URL('fresh-child.js', import.meta.url));

/** Runs a task in a new process, waits for its end, and returns what it found. */
export function inFreshProcess<Name extends keyof Tasks>(
  name: Name,
  ...args: Parameters<Tasks[Name]>
): Awaited<ReturnType<Tasks[Name]>> {
  const words = args.map((arg) => JSON.stringify(arg));
  const { status, signal, stdout, stderr } = spawnSync(execPath, [child, name, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(whyEnded(stderr, signal));
  return JSON.parse(stdout);
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

/** The same with arms. Each arm comes first as often as the others. */
export function takeArms<Arm extends string, T>(
  arms: Readonly<Record<Arm, () => T>>,
  rounds: number,
  least: number,
): Record<Arm, T[]> {
  const names = Object.keys(arms) as Arm[];
  const found = takeRounds(rounds, least, (round) => new Map(rotated(names, round).map((arm) => [arm, arms[arm]()])));
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
