/** What it costs to import the package: fresh processes that do nothing else, beside ones that do nothing at all. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { byEffort } from '../measure/effort.js';
import { reportRows } from '../measure/report.js';
import { interleave, paired } from '../measure/samples.js';

const folder = mkdtempSync(join(tmpdir(), 'import-'));
try {
  const script = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return () => runOnce(path);
  };
  const { samples } = interleave(
    {
      empty: script('empty.mjs', ''),
      imports: script('imports.mjs', `import '${import.meta.resolve('node-membarrier')}';\n`),
    },
    byEffort(8, 100),
  );
  const difference = (a: number, b: number) => a - b;
  reportRows('a process', [
    { label: 'with an empty script', unit: 'ms', samples: samples.empty },
    { label: "with import 'node-membarrier'", unit: 'ms', samples: samples.imports },
    {
      label: '  more than the empty one',
      unit: 'ms',
      samples: paired(samples.imports, samples.empty, difference),
      limit: ['median', 8],
    },
  ]);
} finally {
  rmSync(folder, { recursive: true });
}

function runOnce(path: string): number {
  const start = performance.now();
  execFileSync(execPath, [path]);
  return performance.now() - start;
}
