/**
 * `npm run verify:matrix`: packs the package, installs it wherever people deploy it, and runs the smoke test there. Its
 * table is kept in docs/evidence/matrix.log.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { clone, installTools, out, tailOf, users } from './programs.js';
import { tarball } from './project.js';
import { type Group, Missing, type Row, Unsupported } from './row.js';
import { bundlers } from './rows/bundlers.js';
import { compilers } from './rows/compilers.js';
import { damage } from './rows/damage.js';
import { executable } from './rows/executable.js';
import { flags } from './rows/flags.js';
import { machines } from './rows/machines.js';
import { managers } from './rows/managers.js';
import { runners } from './rows/runners.js';
import { runtimes } from './rows/runtimes.js';
import { sandboxes } from './rows/sandboxes.js';

const groups: readonly Group[] = [
  runtimes,
  managers,
  { ...bundlers, rows: [...bundlers.rows, executable] },
  runners,
  compilers,
  flags,
  sandboxes,
  damage,
  machines,
];

const usage = `Usage: npm run verify:matrix -- [--only TEXT ...] [--packed] [--required]

  --only TEXT  the rows whose group or name contains it; may be repeated
  --required   the required rows
  --packed     tests the tarball of the last run, instead of packing anew

Exit status: 0 every row passes, or is known to be unsupported; 1 some row fails, or a required one is missing; 2 wrong
usage. A whole run writes docs/evidence/matrix.log.`;

function pack(): void {
  mkdirSync(out, { recursive: true });
  const printed = execFileSync('npm', ['pack', '--silent', '--pack-destination', out], {
    cwd: clone,
    encoding: 'utf8',
  });
  renameSync(join(out, printed.trim().split('\n').at(-1) as string), tarball);
}

type Outcome = 'passed' | 'unsupported' | 'missing' | 'FAILED';

async function outcomeOf(row: Row): Promise<[Outcome, string]> {
  try {
    return ['passed', (await row.run()) ?? ''];
  } catch (error) {
    const message = (error as Error).message.replaceAll(users, '~');
    if (error instanceof Unsupported) return ['unsupported', message];
    if (error instanceof Missing) return ['missing', message];
    return ['FAILED', message];
  }
}

async function runAll(chosen: readonly Group[]): Promise<{ lines: string[]; failed: number }> {
  const lines: string[] = [];
  let failed = 0;
  const say = (line: string) => {
    console.log(line);
    lines.push(line);
  };
  for (const { name, rows } of chosen) {
    say(`\n${name}`);
    for (const row of rows) {
      const [outcome, note] = await outcomeOf(row);
      const isBad = outcome === 'FAILED' || (row.required === true && outcome !== 'passed');
      if (isBad) failed++;
      const [first = '', ...more] = tailOf(note).split('\n');
      say(`  ${outcome.padEnd(12)}${row.required === true ? '*' : ' '} ${row.name.padEnd(44)} ${first}`.trimEnd());
      for (const line of more) say(`      ${line}`);
    }
  }
  return { lines, failed };
}

function heading(): string {
  const commit = execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'], {
    cwd: clone,
    encoding: 'utf8',
  });
  const now = new Date().toISOString().slice(0, 10);
  return `npm run verify:matrix, commit ${commit.trim()}, ${now}\n${cpus()[0]?.model}, Linux ${release()}\n* required`;
}

function parse() {
  const options = {
    only: { type: 'string', multiple: true, default: [] as string[] },
    packed: { type: 'boolean', default: false },
    required: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } satisfies ParseArgsConfig['options'];
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}

const { only, packed, required, help } = parse();
if (help) {
  console.log(usage);
  process.exit();
}
const isChosen = (group: string, row: Row) =>
  (!required || row.required === true) &&
  (only.length === 0 || only.some((text) => `${group} ${row.name}`.toLowerCase().includes(text.toLowerCase())));
const chosen = groups
  .map(({ name, rows }) => ({ name, rows: rows.filter((row) => isChosen(name, row)) }))
  .filter(({ rows }) => rows.length > 0);

await installTools();
if (!packed) pack();
const head = heading();
console.log(head);
const { lines, failed } = await runAll(chosen);
if (only.length === 0 && !required) {
  writeFileSync(join(clone, 'docs/evidence/matrix.log'), `${head}\n${lines.join('\n')}\n`);
}
console.log(failed === 0 ? '\nEvery row is as it should be.' : `\n${failed} rows are not as they should be.`);
process.exitCode = failed === 0 ? 0 : 1;
