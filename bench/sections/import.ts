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
  const importing = (name: string) =>
    script(`${name.replace('/', '-')}.mjs`, `import '${import.meta.resolve(name)}';\n`);
  contest({
    id: 'process',
    title: 'a process, from its start to its end',
    contenders: {
      empty: { label: 'with an empty script', unit: 'ms', sample: script('empty.mjs', '') },
      imports: {
        label: "with import 'node-membarrier'",
        unit: 'ms',
        sample: importing('node-membarrier'),
        moreThan: ['empty'],
      },
      rcu: {
        label: "with import 'node-membarrier/rcu'",
        unit: 'ms',
        sample: importing('node-membarrier/rcu'),
        moreThan: ['empty'],
      },
      collections: {
        label: "with import 'node-membarrier/collections'",
        unit: 'ms',
        sample: importing('node-membarrier/collections'),
        against: ['rcu'],
      },
    },
    rounds: byEffort(8, 100),
  });
} finally {
  rmSync(folder, { recursive: true });
}
