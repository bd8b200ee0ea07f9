/**
 * Writes the notices of what is published besides our own code: the headers that are compiled into the binaries, and
 * the libraries that are bundled into bench.
 *
 *     node tools/licences.js [--check]     with --check, says only whether they are as they should be
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { rolldown } from 'rolldown';
import configs from '../rolldown.config.js';

const libraries = configs.at(-1);

/** The names of the packages of which a bundle has modules. */
async function bundled({ output, ...input }) {
  const { output: chunks } = await (await rolldown({ ...input, logLevel: 'silent' })).generate(output);
  const modules = chunks.flatMap(({ moduleIds = [] }) => moduleIds);
  const names = modules.flatMap((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
  return [...new Set(names)].sort();
}

function noticeOf(name) {
  const folder = `node_modules/${name}`;
  const { license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  if (!['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause'].includes(license)) throw new Error(`${name}: ${license}`);
  const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (file === undefined) throw new Error(`${name} has no licence text`);
  return `## ${name} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
}

const files = {
  'THIRD-PARTY.md': ['node-addon-api', 'node-api-headers'],
  'bench/THIRD-PARTY.md': ['node-addon-api', 'node-api-headers', ...(await bundled(libraries))],
};

for (const [file, names] of Object.entries(files)) {
  const text = `# Code of others in this package\n\n${names.map(noticeOf).join('\n')}`;
  if (!argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is out of date. Run \`node tools/licences.js\``);
    process.exitCode = 1;
  }
}
