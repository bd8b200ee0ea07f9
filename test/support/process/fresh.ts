/** Steps in a fresh process, which has registered nothing: nothing unregisters, so each case needs its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { env, execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { SiblingState } from '../../../harness/sibling.js';
import type { Outcome, Step } from './outcome.js';

export interface Surroundings {
  /** seccomp filters: the command's number (-1 for every one), and the errno that it answers (0: kills). */
  readonly deny?: readonly (readonly [command: number, errno: number])[];
  /** Threads beside the one that takes the steps. */
  readonly siblings?: readonly SiblingState[];
  /** Flags of Node.js. */
  readonly flags?: readonly string[];
}

const child = fileURLToPath(new URL('fresh-child.js', import.meta.url));

/** The outcomes of the steps, one after the other, in the main thread of a fresh process. */
export async function fresh(steps: readonly Step[], { flags = [], ...rest }: Surroundings = {}): Promise<Outcome[]> {
  const { status, signal, stdout, stderr } = await runBare([...flags, child, JSON.stringify({ steps, ...rest })]);
  if (status !== 0) throw new Error(`the fresh process ended with ${signal ?? status}: ${stderr}`);
  return JSON.parse(stdout) as Outcome[];
}

/** The answers of raw() to these words. */
export async function freshRaw(calls: readonly (readonly number[])[], surroundings?: Surroundings): Promise<unknown[]> {
  const outcomes = await fresh(
    calls.map((words) => ['raw', ...words] as const),
    surroundings,
  );
  return outcomes.map(({ value, error }) => value ?? error);
}

/** The flag that turns Node's permission model on, by the name that this version has for it. */
export const permissionFlag: string = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

/**
 * What passes for another platform, since there is none at hand: process.platform says so before anything is imported.
 */
export const pretendDarwin: readonly string[] = [
  '--import',
  "data:text/javascript,Object.defineProperty(process, 'platform', { value: 'darwin' })",
];

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a sanitized addon needs (tools/check-native). */
const sanitizers = ['LD_PRELOAD', 'ASAN_OPTIONS', 'UBSAN_OPTIONS'].flatMap((name) =>
  env[name] === undefined ? [] : `${name}=${env[name]}`,
);

/**
 * Runs Node.js to its end, with nothing else in its environment. The test runner would put its loaders into any other,
 * which costs each process half a second, and each that it starts.
 */
export function runBare(args: readonly string[], options?: { readonly cwd?: string }): Promise<Ended> {
  return runCommand('env', ['-i', ...sanitizers, execPath, ...args], options);
}

/** Runs any program to its end. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<Ended> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { status, signal, stdout, stderr };
}
