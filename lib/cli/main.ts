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

  doctor         what membarrier(2) can do here: every command, its registration,
                 its cost, and what a sandbox refuses (the default)
  query          the commands that this kernel has
  litmus         whether the fences order memory here: litmus tests, each with a
                 control that leaves a fence out and must show it

  --seconds N    how long litmus tries, in all (8)
  --only TEST    this test of litmus; may be given more than once
  --json         print JSON
  -h, --help     print this
  -v, --version  print the version

Exit status: 0 membarrier(2) works (litmus: the fences order); 1 it cannot be used
here; 2 wrong usage; 3 a sandbox refuses some or all of it (query: QUERY); 4 it
could not be found out (litmus: inconclusive); 5 litmus saw a forbidden outcome.`;

const commands = { doctor, query, litmus };

async function run(args: string[]): Promise<Result> {
  const { values, positionals } = parse(args);
  if (values.help) return { output: help, status: 0 };
  if (values.version) return { output: packageVersion(), status: 0 };
  const [name = 'doctor', ...excess] = positionals;
  if (!isCommand(name)) throw new UsageError(`Unknown command '${name}': doctor, query and litmus are known`);
  if (excess.length > 0) throw new UsageError(`Unexpected argument '${excess[0]}'`);
  const { json, seconds, only } = values;
  if (name !== 'litmus' && (seconds ?? only) !== undefined) {
    throw new UsageError(`Option '--${seconds === undefined ? 'only' : 'seconds'}' is for litmus`);
  }
  return commands[name]({ json, seconds: seconds ?? '8', only });
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        seconds: { type: 'string' },
        only: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    // Node.js adds a lesson on positional arguments to what is wrong with an option.
    const [message] = (error as Error).message.split('. To specify');
    throw new UsageError(message);
  }
}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
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
