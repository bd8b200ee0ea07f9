/** A short run of the torture test of SharedMap, what it prints, and what it answers the shell. */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runBare } from '../support/process/fresh.js';

const program = fileURLToPath(new URL('../../verification/torture/main.js', import.meta.url));

t.jobs = 2; // both flavors at once
for (const flavor of ['memb', 'qsbr']) {
  t.test(`a short run, ${flavor}`, { buffered: true, timeout: 120_000 }, async (t) => {
    const { status, stdout, stderr } = await runBare([
      program,
      '--map',
      '--flavor',
      flavor,
      '--seconds',
      '10',
      '--seed',
      '7',
    ]);
    t.equal(status, 0, stdout);
    t.equal(stderr, '', 'progress is for terminals');
    t.match(stdout, new RegExp(`^torture test of SharedMap, flavor ${flavor}, seed 7\n[\\s\\S]*^seed +7$`, 'm'));
    t.match(stdout, /^maps +json [1-9]\d*, string [1-9]\d*, bytes [1-9]\d*, own [1-9]\d*$/m);
    t.match(stdout, /^changes +[1-9]\d+, and clear\(\) [1-9]\d*$/m);
    t.match(stdout, /^iterations +[1-9]\d*$/m);
    t.match(stdout, /^deaths +.*; [1-9]\d* of them writers$/m);
    t.match(stdout, /^bytes lost +0$/m);
    t.match(stdout, /^passed: nothing torn, stale, missing or lost$/m);
  });
}

t.test('what has hardly begun is inconclusive: status 4', async (t) => {
  const { status, stdout } = await runBare([program, '--map', '--seconds', '0.001']);
  t.equal(status, 4);
  t.match(stdout, /^inconclusive: /m);
});
