/** What `membarrier help`, `--help` and `membarrier COMMAND --help` print: in 80 columns. */
import { litmusTests } from '../litmus/tests.js';
import { UsageError } from '../terminal/result.js';

const general = `Usage: membarrier [COMMAND] [OPTION]...

  doctor   whether fences, locks and RCU work here, and what each command of
           membarrier(2) does (the default)
  query    the commands that this kernel has
  litmus   whether the fences order memory here
  bench    what calls, registration, fences and RCU cost here: a package of
           its own, node-membarrier-bench
  help     this text; help COMMAND: the text of one command

  --json         print JSON
  -h, --help     print this
  -v, --version  print the version`;

const doctor = `Usage: membarrier doctor [--json]

Says whether fences, locks and RCU work here, with which strategy, and what to
do if not. Then tries every command of membarrier(2) in a child process:
whether it works, its registration, its cost, and what a sandbox refuses.

Exit status: 0 every command that the kernel has works; 1 membarrier(2) cannot
be used here; 2 wrong usage; 3 a sandbox refuses some or all commands;
4 unknown.`;

const query = `Usage: membarrier query [--json]

Prints the mask that QUERY returns, and the commands in it, one per line.

Exit status: 0 QUERY works; 1 membarrier(2) cannot be used here; 2 wrong usage;
3 a sandbox refuses QUERY; 4 unknown.`;

const litmus = `Usage: membarrier litmus [--seconds N] [--only TEST]... [--json]

Tests whether the fences order memory on this machine. Each litmus test has a
control, which leaves a fence out and must show the reordering.

  --seconds N   how long it runs, in all (default 8)
  --only TEST   run this test; may be repeated:
${litmusTests.map(({ name }) => `                  ${name}`).join('\n')}

Exit status: 0 the fences order; 1 membarrier(2) cannot be used here; 2 wrong
usage; 4 inconclusive; 5 a forbidden outcome was seen.`;

const bench = `Usage: membarrier bench [OPTION]...

Runs node-membarrier-bench, a package of its own. It is not installed here:

    npm install node-membarrier-bench     then membarrier bench
    npx node-membarrier-bench             without installing it`;

const texts: Readonly<Record<string, string>> = { doctor, query, litmus, bench };

export function helpOf(command: string | undefined): string {
  if (command === undefined || command === 'help') return general;
  const text = Object.hasOwn(texts, command) ? texts[command] : undefined;
  if (text === undefined)
    throw new UsageError(`There is no command '${command}'. The commands are: ${Object.keys(texts).join(', ')}`);
  return text;
}
