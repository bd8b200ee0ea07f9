/**
 * `npm run mutants [-- NAME ...]`: applies each mutant to a copy of the library, and says which test notices it. Before
 * that, a copy without any has to pass all these tests. Fails where a mutant survives without a reason, or is noticed
 * although the list says that it survives. 25 minutes; not part of CI.
 */
import { spawnSync } from 'node:child_process';
import { argv, env, execPath } from 'node:process';
import { faults } from '../faults/faults.js';
import type { Mutant } from './mutant.js';
import { mutants } from './mutants.js';
import { createMutant } from './variant.js';

/** In milliseconds: a mutant that hangs is noticed, too. */
const PATIENCE = 180_000;

function notices(tests: string, name: string): boolean {
  const { status } = spawnSync(execPath, [`${tests}/${name}.test.js`], {
    env: { ...env, TAP_TIMEOUT: `${PATIENCE / 1000}` }, // outside of the clone there is no .taprc
    cwd: tests,
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  return status !== 0;
}

/** Those that only a model or a long run can meet are in verification/model/run and `npm run faults`. */
const elsewhere = new Map(
  faults
    .filter(({ noticed }) => noticed.by === 'model' || noticed.by === 'torture' || noticed.by === 'loop torture')
    .map(({ name, noticed }) => [name, noticed.by]),
);

async function verdictOf(mutant: Mutant): Promise<readonly [right: boolean, verdict: string]> {
  const tests = await createMutant(mutant);
  const killer = mutant.tests.find((name) => notices(tests, name));
  const { survives } = mutant;
  if (killer !== undefined) return [survives === undefined, `noticed by ${killer}`];
  if (survives !== undefined) return [true, `survives: ${survives}`];
  const by = elsewhere.get(mutant.name);
  return by === undefined
    ? [false, 'SURVIVES']
    : [true, `survives here: noticed by ${by === 'model' ? 'npm run model' : 'npm run faults'}`];
}

const names = argv.slice(2);
const chosen = mutants.filter(({ name }) => names.length === 0 || names.includes(name));
const width = Math.max(...chosen.map(({ name }) => name.length));
let wrong = 0;
const original = await createMutant({ name: 'none', file: 'none', edits: [], tests: [] });
const failing = [...new Set(chosen.flatMap(({ tests }) => tests))].filter((name) => notices(original, name));
if (failing.length > 0) throw new Error(`without a mutant, too, these fail: ${failing.join(', ')}`);
for (const mutant of chosen) {
  const [right, verdict] = await verdictOf(mutant);
  if (!right) wrong++;
  console.log(`${mutant.name.padEnd(width)}  ${verdict}`);
}
console.log(`${chosen.length - wrong} passed, ${wrong} failed`);
if (wrong > 0 || chosen.length === 0) process.exitCode = 1;
