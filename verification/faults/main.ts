/**
 * `npm run faults [-- NAME ...]`: what has to notice the faults, run on variants of the library that have one each; and
 * first on a copy that has none, which has to pass. Those that only the model notices are run, under the torture test,
 * if they are named.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';
import { type Fault, faults } from './faults.js';
import { createVariant } from './variant.js';

/** A run that notices nothing is repeated with another seed, and for longer. */
const RUNS = [
  { seed: 1, seconds: 8 },
  { seed: 2, seconds: 20 },
  { seed: 3, seconds: 60 },
];

/** In seconds: shorter than the torture test's own, since most hangs are real here. */
const PATIENCE = 5;

/** What the program says of it. */
interface Found {
  readonly passed: boolean;
  readonly verdict: string;
}

type Torture = 'torture' | 'loop torture' | 'map torture' | 'loop map torture';

const options: Readonly<Record<Torture, readonly string[]>> = {
  torture: [],
  'loop torture': ['--flavor', 'qsbr'],
  'map torture': ['--map'],
  'loop map torture': ['--map', '--flavor', 'qsbr'],
};

function torture(dist: string, seed: number, seconds: number, which: Torture): Found {
  const args = [...options[which], '--seed', `${seed}`, '--seconds', `${seconds}`, '--patience', `${PATIENCE}`];
  const { status, stdout, stderr } = spawnSync(execPath, [`${dist}/verification/torture/main.js`, ...args], {
    encoding: 'utf8',
  });
  const verdict = /^(?:passed|failed|inconclusive): .*$/m.exec(stdout)?.[0] ?? stderr;
  return { passed: status !== 1, verdict };
}

function tortureUntilFailed(dist: string, which: Torture): Found {
  let found = { passed: true, verdict: '' };
  for (const { seed, seconds } of RUNS) {
    found = torture(dist, seed, seconds, which);
    if (!found.passed) break;
  }
  return found;
}

function test(dist: string, name: string): Found {
  const { status, stdout } = spawnSync(execPath, [join(dist, 'test', name)], { encoding: 'utf8', cwd: dist });
  const failed = /^not ok \d+ - (.*?)(?: # .*)?$/m.exec(stdout)?.[1];
  return { passed: status === 0, verdict: failed === undefined ? name : `failed: ${failed}` };
}

/** Whether it is as it has to be. */
function tryOut({ name, noticed }: Fault, dist: string): boolean {
  const begin = performance.now();
  const found =
    'test' in noticed
      ? test(dist, noticed.test)
      : tortureUntilFailed(dist, noticed.by === 'model' ? 'torture' : noticed.by);
  const right =
    noticed.by === 'model' || (!found.passed && (!('symptom' in noticed) || noticed.symptom.test(found.verdict)));
  tell(name, right ? noticed.by : 'NOT NOTICED', begin, found.verdict);
  return right;
}

/** What notices faults has to be silent where there is none. */
function tryOutNone(dist: string, chosen: readonly Fault[]): boolean {
  const names = new Set(chosen.flatMap(({ noticed }) => ('test' in noticed ? [noticed.test] : [])));
  const begin = performance.now();
  const all = [
    torture(dist, 1, 5, 'torture'),
    torture(dist, 1, 5, 'loop torture'),
    torture(dist, 1, 10, 'map torture'),
    torture(dist, 1, 10, 'loop map torture'),
    ...[...names].map((name) => test(dist, name)),
  ];
  const failed = all.find(({ passed }) => !passed);
  tell('none', failed === undefined ? '' : 'FAILS', begin, failed?.verdict ?? 'passed');
  return failed === undefined;
}

const width = Math.max(...faults.map(({ name }) => name.length));

function tell(name: string, noticedBy: string, begin: number, verdict: string): void {
  const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(5);
  console.log(`${name.padEnd(width)}  ${noticedBy.padEnd(12)}  ${seconds} s  ${verdict}`);
}

const names = argv.slice(2);
const unknown = names.filter((name) => !faults.some((fault) => fault.name === name));
if (unknown.length > 0) {
  console.error(`There is no fault ${unknown.join(', ')}: ${faults.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  const chosen = faults.filter(({ name, noticed }) =>
    names.length > 0 ? names.includes(name) : noticed.by !== 'model',
  );
  let right = tryOutNone(await createVariant(undefined), chosen);
  for (const fault of chosen) right = tryOut(fault, await createVariant(fault)) && right;
  if (!right) process.exitCode = 1;
}
