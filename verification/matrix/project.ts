/** An empty project into which the packed package is installed, as a user does it; and the smoke test in it. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Findings } from '../smoke/smoke.js';
import { attempt, clone, out, type Running, run, runNode, users } from './programs.js';

/** Where `npm pack` has put the package. */
export const tarball: string = join(out, 'node-membarrier.tgz');

export interface Project {
  readonly folder: string;
  /** Writes a file of the project. */
  readonly write: (name: string, text: string) => void;
}

/** A folder with the smoke test's files, without the package. */
export function createProject(name: string, { type = 'module' }: { type?: 'module' | 'commonjs' } = {}): Project {
  const folder = join(users, 'projects', name);
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('package.json', JSON.stringify({ name: 'user', version: '1.0.0', private: true, type }));
  for (const file of ['main', 'smoke', 'records', 'task', 'worker', 'features']) {
    const text = readFileSync(join(clone, `dist/verification/smoke/${file}.js`), 'utf8');
    // Its source map is not there, for which some bundlers look.
    write(`${file}.js`, text.replace(/^\/\/# sourceMappingURL.*$/m, ''));
  }
  return { folder, write };
}

/** The same, with the package installed by npm: offline, without scripts, without a compiler. */
export async function createInstalled(name: string, options?: { type?: 'module' | 'commonjs' }): Promise<Project> {
  const project = createProject(name, options);
  await install(project);
  return project;
}

export async function install({ folder }: Project, running: Partial<Running> = {}): Promise<void> {
  await run(['npm', 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball], {
    cwd: folder,
    ...running,
  });
}

/** The smoke test's sources, for TypeScript. */
export function copySources({ folder }: Project): void {
  for (const name of readdirSync(join(clone, 'verification/smoke'))) {
    copyFileSync(join(clone, 'verification/smoke', name), join(folder, name));
  }
}

/** What the smoke test must find where membarrier(2) works. */
export const works: Findings = {
  supported: true,
  strategy: 'membarrier',
  lost: 0,
  torn: 0,
  seen: 'is seen',
  readersLeft: 0,
};

/** Throws unless the last line is what the smoke test should find. */
export function check(stdout: string, expected: Findings = works): void {
  const line = stdout.trimEnd().split('\n').at(-1);
  if (line !== JSON.stringify(expected))
    throw new Error(`the smoke test printed ${line}, not ${JSON.stringify(expected)}`);
}

/** Throws if features.js has named a feature that fails. */
export function allFeatures(printed: string): void {
  const failed = JSON.parse(printed) as string[];
  if (failed.length > 0) throw new Error(`these do not work: ${failed.join('; ')}`);
}

/** The smoke test by Node.js, then doctor. */
export async function smokeAndDoctor({ folder }: Project, running: Partial<Running> = {}): Promise<void> {
  check(await runNode(['main.js'], { cwd: folder, ...running }));
  await doctor(folder, running);
}

export async function doctor(
  cwd: string,
  running: Partial<Running> = {},
  membarrier: readonly [string, ...string[]] = ['npx', '--no-install', 'membarrier'],
): Promise<void> {
  const found = await attempt([...membarrier, 'doctor', '--json'], { cwd, ...running });
  if (found.status !== 0 || !found.stdout.includes('"verdict": "available"')) {
    throw new Error(`doctor ended with ${found.status}: ${found.stdout}${found.stderr}`);
  }
}

/** The command line's file, for runtimes that npx does not know. */
export const MEMBARRIER = 'node_modules/node-membarrier/dist/membarrier.js';
