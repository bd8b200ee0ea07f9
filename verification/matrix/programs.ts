/** Runs programs as a user without a compiler would, and says what they printed when they fail. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { root } from '../../harness/index.js';
import { findProgram } from '../../test/support/process/programs.js';

/** What the matrix keeps: the tools, and the tarball. */
export const out: string = fileURLToPath(new URL('out/matrix/', root));
/** The users' projects: outside the clone, whose package.json and tsconfig.json tools would find. */
export const users: string = mkdtempSync(join(tmpdir(), 'node-membarrier-matrix-'));
process.on('exit', () => rmSync(users, { recursive: true, force: true }));
export const clone: string = fileURLToPath(root);

/** A folder of verification/matrix/tools' node_modules. */
export const tool = (path: string): string => join(out, 'tools/node_modules', path);

export const nodeVersions = ['20', '22.12', '22', '24', '26'] as const;
export const nodeOf = (version: string): string => tool(`node-${version}/bin/node`);

/** The version that tools run on: several want more than our oldest. */
export const NODE = '24';

/** In milliseconds. */
const PATIENCE = 120_000;

export interface Running {
  readonly cwd: string;
  /** Of Node.js. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** No compiler is there, nor Python, nor make. */
function basics(): string {
  const folder = join(users, 'bin');
  mkdirSync(folder, { recursive: true });
  for (const name of [
    'sh',
    'env',
    'ls',
    'cat',
    'cp',
    'uname',
    'sed',
    'dirname',
    'basename',
    'git',
    'tar',
    'npm',
    'npx',
  ]) {
    const found = findProgram(name);
    if (found !== undefined) symlinkSync(found, join(folder, name));
  }
  return folder;
}
const minimal = basics();

/** Resolves whatever the program's status is. What takes too long is ended, with the processes that it has started. */
export async function attempt(
  [command, ...args]: readonly [string, ...string[]],
  { cwd, node = NODE, env = {} }: Running,
): Promise<Ended> {
  const PATH = [join(nodeOf(node), '..'), minimal].join(delimiter);
  const cache = join(users, 'cache');
  const child = spawn(command, args, {
    cwd,
    env: { PATH, HOME: join(users, 'home'), npm_config_cache: cache, npm_config_userconfig: '/dev/null', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), PATIENCE);
  const [printed, said] = [text(child.stdout), text(child.stderr)];
  try {
    const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { status, signal, stdout: await printed, stderr: await said };
  } finally {
    clearTimeout(timer);
  }
}

/** Answers stdout. */
export async function run(command: readonly [string, ...string[]], running: Running): Promise<string> {
  const { status, signal, stdout, stderr } = await attempt(command, running);
  if (status === 0) return stdout;
  throw new Error(`${command.join(' ')} ended with ${signal ?? status}:\n${tailOf(stdout)}${tailOf(stderr)}`);
}

/** Node.js, as `run`. */
export const runNode = (args: readonly string[], running: Running): Promise<string> =>
  run([nodeOf(running.node ?? NODE), ...args], running);

/** Programs by the names that users call them by. */
const programs: Readonly<Record<string, readonly string[]>> = {
  esbuild: [tool('.bin/esbuild')],
  webpack: ['node', tool('webpack-cli/bin/cli.js')],
  rollup: ['node', tool('rollup/dist/bin/rollup')],
  rolldown: ['node', tool('rolldown/bin/cli.mjs')],
  vite: ['node', tool('vite/bin/vite.js')],
  nft: ['node', tool('@vercel/nft/out/cli.js')],
  postject: ['node', tool('postject/dist/cli.js')],
  jest: ['node', tool('jest/bin/jest.js')],
  vitest: ['node', tool('vitest/vitest.mjs')],
  pnpm: ['node', tool('pnpm/bin/pnpm.mjs')],
  yarn: ['node', tool('@yarnpkg/cli-dist/bin/yarn.js')],
  bun: [tool('@oven/bun-linux-x64/bin/bun')],
  deno: [tool('@deno/linux-x64-glibc/deno')],
};

/** A command line as docs/guide/runtimes.md has it: words between spaces, which may begin with variables. */
export function runLine(line: string, { env = {}, ...running }: Running): Promise<string> {
  const words = line.split(' ');
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const variables = Object.fromEntries(words.slice(0, first).map((word) => word.split(/=(.*)/) as [string, string]));
  const [name = '', ...args] = words.slice(first);
  const command = [...(programs[name] ?? [name]), ...args] as [string, ...string[]];
  // Configurations import their tools.
  return run(command, { ...running, env: { NODE_PATH: tool(''), ...env, ...variables } });
}

export const tailOf = (text: string): string => text.trimEnd().split('\n').slice(-25).join('\n');

/** Installs what rows use, from the lockfile, unless that is there. */
export async function installTools(): Promise<void> {
  const folder = join(out, 'tools');
  mkdirSync(folder, { recursive: true });
  const install = `cd "$1" && ! diff -q "$2/package-lock.json" package-lock.json >/dev/null 2>&1 || exit 0
    cp "$2"/package*.json . && npm ci --ignore-scripts --no-audit --no-fund --silent || { rm package-lock.json; exit 1; }`;
  const child = spawn('sh', ['-c', install, 'sh', folder, join(clone, 'verification/matrix/tools')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0 || !existsSync(nodeOf(NODE))) throw new Error('cannot install the tools of the matrix');
}
