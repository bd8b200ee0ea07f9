/** `npm run bench [-- NAME ...]`: the machine, then each benchmark in a process of its own. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { environment } from '../lib/cli/environment.js';
import { renderTable } from '../lib/cli/table.js';

const benchmarks = ['calls', 'refused', 'event-loop', 'import', 'fences', 'biased-lock'];
const usage = `Usage: npm run bench [-- NAME ...]\nBenchmarks: ${benchmarks.join(', ')} (all, if none is named)`;

const names = argv.slice(2);
const unknown = names.filter((name) => !benchmarks.includes(name));

if (names.includes('--help')) {
  console.log(usage);
} else if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}.\n${usage}`);
  process.exitCode = 2;
} else {
  const { kernel, architecture, libc, node } = environment();
  console.log(
    renderTable([
      ['kernel', kernel],
      ['architecture', architecture],
      ['CPU', cpus()[0]?.model ?? 'unknown'],
      ['libc', libc],
      ['Node.js', node],
    ]),
  );
  for (const name of names.length > 0 ? new Set(names) : benchmarks) run(name);
}

function run(name: string): void {
  const path = fileURLToPath(new URL(`${name}.js`, import.meta.url));
  const { status } = spawnSync(execPath, [path], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
