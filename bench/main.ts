/** `npm run bench [-- NAME ...]`: the machine, then each benchmark, or each of its parts, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { environment } from '../lib/cli/environment.js';
import { renderTable } from '../lib/cli/table.js';

/** Their parts, where they have more than one. A part is measured if the ones before it have gone well. */
const parts: Record<string, readonly string[]> = {
  rcu: ['rcu-check', 'rcu-readers', 'rcu-pairs', 'rcu-writers', 'rcu-idle-readers', 'rcu-event-loop'],
};
const benchmarks = ['calls', 'refused', 'event-loop', 'import', 'fences', 'biased-lock', 'rcu'];
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
  if (!(parts[name] ?? [name]).every(goesWell)) process.exitCode = 1;
}

function goesWell(file: string): boolean {
  const path = fileURLToPath(new URL(`${file}.js`, import.meta.url));
  return spawnSync(execPath, [path], { stdio: 'inherit' }).status === 0;
}
