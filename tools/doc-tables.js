/**
 * Renders the tables of figures in README.md and docs/ from the reports in docs/evidence/bench/, so that they cannot go
 * stale.
 *
 *     node tools/doc-tables.js [--check]     with --check, writes nothing, and fails if a page is not up to date
 *
 * A page says what belongs in a place, and the script replaces what stands between the two comments:
 *
 *     <!-- bench x86-64-node-20.json calls/alone calls/beside -->
 *     <!-- /bench -->
 *
 * takes whole tables; doc-figures.js has the places that take single rows.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { readReport } from '../dist/bench/report/read.js';
import { renderFigures } from '../dist/bench/report/text.js';
import { renderSet } from './doc-figures.js';

const reports = new Map();
function report(file) {
  if (!reports.has(file)) reports.set(file, readReport(join('docs/evidence/bench', file)));
  return reports.get(file);
}

const chosen = /^<!-- figures (\S+) (\S+) -->\n[\s\S]*?^<!-- \/figures -->$/gm;
const place = /^<!-- bench (\S+) (.+) -->\n[\s\S]*?^<!-- \/bench -->$/gm;

const pages = readdirSync('docs', { recursive: true }).filter((name) => name.endsWith('.md'));
const stale = ['README.md', ...pages.map((name) => join('docs', name))].filter((path) => {
  const text = readFileSync(path, 'utf8');
  const rendered = text.replace(place, renderTables).replace(chosen, renderChosen);
  if (rendered !== text && argv[2] !== '--check') writeFileSync(path, rendered);
  return rendered !== text;
});
if (argv[2] === '--check' && stale.length > 0) {
  console.error(`${stale.join(', ')}: not up to date. Run: npm run docs:tables`);
  process.exitCode = 1;
}

function renderChosen(_, name, file) {
  return `<!-- figures ${name} ${file} -->\n${renderSet(name, report(file))}\n<!-- /figures -->`;
}

function renderTables(_, file, names) {
  const { sections } = report(file);
  const tables = names.split(' ').map((name) => {
    const [section, id] = name.split('/');
    const table = sections.find((one) => one.name === section)?.tables.find((one) => one.id === id);
    if (table === undefined) throw new Error(`${file} has no table ${name}`);
    return renderFigures(table);
  });
  return `<!-- bench ${file} ${names} -->\n\`\`\`text\n${tables.join('\n\n')}\n\`\`\`\n<!-- /bench -->`;
}
