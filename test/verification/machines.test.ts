/** What the runs on other machines' kernels rest on, without a machine: how counts are judged, and what is refused. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { root } from '../../harness/index.js';
import { parts } from '../../verification/machines/addons.js';
import { judge } from '../../verification/machines/barriers.js';
import { machines } from '../../verification/machines/machines.js';
import { select } from '../../verification/machines/suite.js';
import { runBare } from '../support/process/fresh.js';

const addresses = { entry: 'c0de', change: 'cafe' };

interface Counted {
  readonly registered: number;
  readonly processes?: number;
  readonly calls?: number;
  readonly changes: number;
  readonly hwsync: number;
}

/** As a guest and qemu would say it of 100 rounds. */
function judged({ registered, processes = 2, calls = 201, changes, hwsync }: Counted): string {
  const console = `[ 1.0] noise\ninterval ${JSON.stringify({ what: 'case', registered, processes, rounds: 100 })}\r\n`;
  const counts = `at c0de ${calls} ${hwsync === 0 ? '' : `hwsync c0ff ${hwsync}`} at cafe ${changes}`;
  return judge(console, `interval 1 ${counts}\n`, addresses);
}

t.test('all sources of the addons are there for another machine to build them', async (t) => {
  const gyp = readFileSync(new URL('binding.gyp', root), 'utf8');
  const sources = [...gyp.matchAll(/'([\w/]+)\/\w+\.cc'/g)].map(([, folder]) => folder as string);
  t.ok(sources.length > 0);
  for (const folder of new Set(sources)) t.ok(parts.includes(folder), folder);
});

t.test('one hwsync per switch into a registered process, and none else', async (t) => {
  t.match(judged({ registered: 0, changes: 200, hwsync: 0 }), /^case +201 +200 +0 +0\.0000 +0$/m);
  t.match(judged({ registered: 1, changes: 201, hwsync: 101 }), /0\.5025 +0\.5$/m);
  t.match(judged({ registered: 2, changes: 202, hwsync: 202 }), /1\.0000 +1$/m);
  t.match(judged({ registered: 2, processes: 1, changes: 0, hwsync: 0 }), /0\.0000 +0$/m);
});

t.test('any other count fails', async (t) => {
  const wrong: readonly (readonly [counted: Counted, message: RegExp])[] = [
    [{ registered: 0, changes: 200, hwsync: 1 }, /case: 0\.005 hwsync per switch, and not 0$/],
    [{ registered: 1, changes: 200, hwsync: 0 }, /and not 0\.5$/],
    [{ registered: 1, changes: 200, hwsync: 110 }, /and not 0\.5$/],
    [{ registered: 2, changes: 200, hwsync: 199 }, /and not 1$/],
    [{ registered: 2, processes: 1, changes: 0, hwsync: 1 }, /and not 0$/],
    [{ registered: 0, changes: 100, hwsync: 0 }, /100 changes, for 200 switches$/],
    [{ registered: 0, changes: 0, hwsync: 0 }, /0 changes, for 200 switches/],
  ];
  for (const [counted, message] of wrong) t.throws(() => judged(counted), { message }, JSON.stringify(counted));
  t.throws(() => judge('', '', addresses), /marked 0 intervals/, 'nothing at all');
  t.throws(() => judge('', 'interval 1 at cafe 1\n', addresses), /marked 0 intervals, and qemu has counted 1/);
});

t.test('each test file either runs there, or has a reason', async (t) => {
  for (const all of [false, true]) {
    const { together, alone, skipped } = select(all, []);
    t.ok(together.includes('dist/test/core/kernel-selftests.test.js'));
    t.ok(alone.every((file) => file.startsWith('dist/test/serial/')));
    t.ok([...skipped.values()].flat().includes('package/types'));
  }
  t.strictSame(select(false, ['core/query']).together, ['dist/test/core/query.test.js']);
});

t.test('bad arguments: status 2', async (t) => {
  const program = fileURLToPath(new URL('../../verification/machines/main.js', import.meta.url));
  t.match(await runBare([program, '--help']), { status: 0, stdout: /^Usage: /, stderr: '' });
  for (const [args, complaint] of [
    [[], 'which machine: none is named'],
    [['vax'], 'which machine: vax'],
    [['arm64', 'riscv64'], 'which machine: arm64 riscv64'],
    [['ppc64le', '--nonsense'], '--nonsense'],
    [['arm64', '--leave-out-registration'], 'no switches are counted on arm64'],
    [['arm64', '--only', 'nothing'], 'no test file nothing'],
  ] as const) {
    const { status, stdout, stderr } = await runBare([program, ...args]);
    t.match({ status, stdout }, { status: 2, stdout: '' }, args.join(' '));
    t.match(stderr, complaint);
    t.match(stderr, /^Usage: /m);
  }
});

t.test('what is missing is said, with the packages to install', async (t) => {
  const program = fileURLToPath(new URL('../../verification/machines/main.js', import.meta.url));
  for (const { name, qemuPackage } of machines) {
    // Without PATH there is no program at all.
    const { status, stderr } = await runBare([program, name]);
    t.equal(status, 2);
    t.match(stderr, new RegExp(`^not installed: apt-get install .*${qemuPackage}`), name);
  }
});
