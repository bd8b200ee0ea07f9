/**
 * Checks what this project asks of its own figures, and records the result in docs/evidence/figures.md.
 *
 *     npm run check:figures                        measures, for eight minutes
 *     npm run check:figures -- REPORT.json...      of reports that `membarrier bench --json` has written
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { readReport } from '../../bench/report/read.js';
import type { Report } from '../../bench/report/schema.js';
import { root } from '../../harness/index.js';
import { judge } from './judge.js';

const files = argv.slice(2);
const { markdown, values, missed, unmeasured } = judge(files.length > 0 ? files.map(readReport) : [measure()]);
const summary = `of ${values} values ${missed} are above what is asked, and ${unmeasured} are not measured`;
const page = `# Figures

What the project asks of its own benchmark, checked by \`npm run check:figures\`: ${summary}. What is above is bold.

${markdown}
`;
writeFileSync(new URL('docs/evidence/figures.md', root), page);
console.log(`${markdown}\n\n${summary}`);
if (missed > 0) process.exitCode = 1;

function measure(): Report {
  const folder = mkdtempSync(join(tmpdir(), 'figures-'));
  const file = join(folder, 'report.json');
  try {
    const program = fileURLToPath(new URL('dist/bench/main.js', root));
    execFileSync(execPath, [program, '--json', file], { stdio: ['ignore', 'ignore', 'inherit'] });
    return readReport(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
