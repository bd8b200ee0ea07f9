/** The command line of bench: wrong usage, and what it has to say of itself. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { plans } from '../../bench/sections.js';
import { root } from '../../harness/index.js';
import { bench } from '../support/bench/bench.js';

t.test('--help names every section, in 80 columns', async (t) => {
  const { status, stdout } = await bench('--help');
  t.equal(status, 0);
  for (const { name } of plans) t.match(stdout, new RegExp(`^ +${name} `, 'm'));
  t.ok(stdout.split('\n').every((line) => line.length <= 80));
});

t.test('--version', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  for (const option of ['--version', '-v']) t.match(await bench(option), { status: 0, stdout: `${version}\n` });
});

t.test('wrong usage: status 2, and what was wrong', async (t) => {
  for (const [args, message] of [
    [['--seconds', '1'], /^membarrier bench: Unknown option '--seconds'\nTry 'membarrier bench --help'\.$/m],
    [['--only', 'call'], /There is no section 'call'. The sections are: calls, /],
    [['compere'], /Unexpected argument 'compere'\. To compare reports: bench compare FILE/],
    [['--html', '/nowhere/page.html'], /Cannot write the file of --html: ENOENT/],
    [['--json', '/nowhere/report.json'], /Cannot write the file of --json: ENOENT/],
    [['compare', 'one.json'], /bench compare needs at least two files/],
    [['compare', '--quick', 'one.json', 'two.json'], /bench compare has no option '--quick'/],
    [['--json', 'compare', 'one.json', 'two.json'], /bench compare has no option '--json'/],
  ] as const) {
    const { status, stdout, stderr } = await bench(...args);
    t.equal(status, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, message);
  }
});
