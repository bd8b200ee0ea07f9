/** What it costs to import the package: fresh processes that do nothing else, beside ones that do nothing at all. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { contest } from '../measure/contest.js';
import { byEffort } from '../measure/effort.js';
import { timeSync } from '../measure/event-loop.js';

const folder = mkdtempSync(join(tmpdir(), 'import-'));
try {
  const script = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return () => timeSync(() => execFileSync(execPath, [path]));
  };
  const imports = `import '${import.meta.resolve('node-membarrier')}';\n`;
  contest({
    id: 'process',
    title: 'a process, from its start to its end',
    contenders: {
      empty: { label: 'with an empty script', unit: 'ms', sample: script('empty.mjs', '') },
      imports: {
        label: "with import 'node-membarrier'",
        unit: 'ms',
        sample: script('imports.mjs', imports),
        moreThan: ['empty'],
      },
    },
    rounds: byEffort(8, 100),
  });
} finally {
  rmSync(folder, { recursive: true });
}
