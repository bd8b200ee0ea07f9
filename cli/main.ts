#!/usr/bin/env node
/** The command line `membarrier`. */
import { argv, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { doctor } from './doctor.js';
import { litmus } from './litmus.js';
import { query } from './query.js';
import { EXIT_FAILED, EXIT_USAGE, type Result, UsageError } from './result.js';
import { packageVersion } from './version.js';

const help = `Usage: membarrier [doctor | query] [--json]
       membarrier litmus [--seconds N] [--only TEST]... [--json]
       membarrier bench [--quick] [--only SECTION]... [--json] [--html FILE]
       membarrier bench compare FILE FILE...

  doctor         what membarrier(2) can do here: every command, its registration,
                 its cost, and what a sandbox refuses (the default)
  query          the commands that this kernel has
  litmus         whether the fences order memory here: litmus tests, each with a
                 control that leaves a fence out and must show it
  bench          what calls, registration, fences and RCU cost here, and whom they
                 cost it; compare: reports of --json, side by side

  --seconds N    how long litmus tries, in all (8)
  --only NAME    this test of litmus, or this section of bench; may be given more
                 than once
  --quick        bench: everything in less than a minute; without it five
  --html FILE    bench: write a page with charts as well
  --emulated     bench: say that the processor is emulated, so that times mean nothing
  --json         print JSON
  -h, --help     print this
  -v, --version  print the version

Exit status: 0 membarrier(2) works (litmus: the fences order; bench: all is measured);
1 it cannot be used here; 2 wrong usage; 3 a sandbox refuses some or all of it (query,
bench: QUERY); 4 it could not be found out (litmus: inconclusive; bench: something could
not be measured, and is named); 5 litmus saw a forbidden outcome; 130 bench was interrupted.`;

const options = {
  json: { type: 'boolean', default: false },
  seconds: { type: 'string' },
  only: { type: 'string', multiple: true },
  quick: { type: 'boolean' },
  html: { type: 'string' },
  emulated: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type Values = ReturnType<typeof parse>['values'];

interface CommandLine {
  /** The options that it takes, besides those that all take. */
  readonly takes: readonly (keyof Values)[];
  readonly run: (values: Values, excess: readonly string[]) => Result | Promise<Result>;
}

const commands: Record<string, CommandLine> = {
  doctor: { takes: [], run: (values, excess) => doctor(alone(values, excess)) },
  query: { takes: [], run: (values, excess) => query(alone(values, excess)) },
  litmus: {
    takes: ['seconds', 'only'],
    run: (values, excess) => litmus({ ...alone(values, excess), seconds: values.seconds ?? '8', only: values.only }),
  },
  bench: {
    takes: ['only', 'quick', 'html', 'emulated'],
    // Not loaded for the others, which would wait for it.
    run: async (values, excess) => (await import('../bench/command.js')).bench(values, excess),
  },
};

async function run(args: string[]): Promise<Result> {
  const { values, positionals } = parse(args);
  if (values.help) return { output: help, status: 0 };
  if (values.version) return { output: packageVersion(), status: 0 };
  const [name = 'doctor', ...excess] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`Unknown command '${name}': ${Object.keys(commands).join(', ')} are known`);
  }
  const given = Object.keys(values) as (keyof Values)[];
  const stray = given.find((option) => option !== 'json' && !command.takes.includes(option));
  if (stray !== undefined) throw new UsageError(`Option '--${stray}' is not for ${name}`);
  return command.run(values, excess);
}

function alone(values: Values, [excess]: readonly string[]): Values {
  if (excess !== undefined) throw new UsageError(`Unexpected argument '${excess}'`);
  return values;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    // Node.js adds a lesson on positional arguments to what is wrong with an option.
    const [message] = (error as Error).message.split('. To specify');
    throw new UsageError(message);
  }
}

async function runOrFail(args: string[]): Promise<Result> {
  try {
    return await run(args);
  } catch (error) {
    const message = `membarrier: ${(error as Error).message}`;
    if (!(error instanceof UsageError)) return { output: message, status: EXIT_FAILED, toStderr: true };
    return { output: `${message}\nTry 'membarrier --help'.`, status: EXIT_USAGE, toStderr: true };
  }
}

stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `membarrier | head` closes the pipe early, which is no failure.
  if (error.code === 'EPIPE') return;
  stderr.write(`membarrier: ${error.message}\n`);
  process.exitCode = EXIT_FAILED;
});

const { output, status, toStderr } = await runOrFail(argv.slice(2));
process.exitCode = status;
(toStderr ? stderr : stdout).write(`${output}\n`);
