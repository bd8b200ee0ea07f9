#!/usr/bin/env node
/** The command line `membarrier`. */
import { argv, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { doctor } from './doctor.js';
import { query } from './query.js';
import { EXIT_FAILED, EXIT_USAGE, type Result } from './result.js';
import { packageVersion } from './version.js';

const help = `Usage: membarrier [doctor | query] [--json]

  doctor         what membarrier(2) can do here: every command, its registration,
                 its cost, and what a sandbox refuses (the default)
  query          the commands that this kernel has

  --json         print JSON
  -h, --help     print this
  -v, --version  print the version

Exit status: 0 membarrier(2) works; 1 it cannot be used here; 2 wrong usage;
3 a sandbox refuses some or all of it (query: QUERY); 4 it could not be found out.`;

const commands = { doctor, query };

function run(args: string[]): Result {
  const { values, positionals } = parse(args);
  if (values.help) return { output: help, status: 0 };
  if (values.version) return { output: packageVersion(), status: 0 };
  const [name = 'doctor', ...excess] = positionals;
  if (!isCommand(name)) throw new UsageError(`Unknown command '${name}': doctor and query are known`);
  if (excess.length > 0) throw new UsageError(`Unexpected argument '${excess[0]}'`);
  return commands[name]({ json: values.json });
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
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

class UsageError extends Error {}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
}

function runOrFail(args: string[]): Result {
  try {
    return run(args);
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

const { output, status, toStderr } = runOrFail(argv.slice(2));
process.exitCode = status;
(toStderr ? stderr : stdout).write(`${output}\n`);
