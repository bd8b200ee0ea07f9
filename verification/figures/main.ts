/**
 * Checks what this project asks of its own figures.
 *
 *     npm run check:figures                     measures, for ten minutes; keeps the report in docs/evidence/bench,
 *                                               and writes docs/evidence/figures.md, of all reports there
 *     npm run check:figures -- REPORT.json...   of these reports only; writes nothing
 *
 * Exit status: 0 all figures are met; 1 some are not, or were not measured.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { machine } from 'node:os';
import { argv, execPath, versions } from 'node:process';
import { fileURLToPath } from 'node:url';
import { readReport } from '../../bench/report/read.js';
import { root } from '../../harness/index.js';
import { judge } from './judge.js';

const evidence = new URL('docs/evidence/bench/', root);
const files = argv.slice(2);
if (files.length === 0) measure();
const { markdown, values, missed, unmeasured } = judge((files.length > 0 ? files : stored()).map(readReport));
const summary = `of ${values} values ${missed} are above what is asked, and ${unmeasured} are not measured`;
if (files.length === 0) record();
console.log(`${markdown}\n\n${summary}`);
if (missed + unmeasured > 0) process.exitCode = 1;

/** By this version of Node.js. What could not be measured is not met. */
function measure(): void {
  const [major] = versions.node.split('.');
  const report = fileURLToPath(new URL(`${machine().replace('_', '-')}-node-${major}.json`, evidence));
  const program = fileURLToPath(new URL('dist/bench/main.js', root));
  const { status } = spawnSync(execPath, [program, '--json', report], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0 && status !== 4) throw new Error(`bench ended with ${status}`);
}

function stored(): string[] {
  const names = readdirSync(evidence).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => fileURLToPath(new URL(name, evidence)));
}

function record(): void {
  const page = `# Figures

What the project asks of its own benchmark, checked by \`npm run check:figures\`: ${summary}. What is above is bold.

${markdown}
`;
  writeFileSync(new URL('docs/evidence/figures.md', root), page);
}
