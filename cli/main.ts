#!/usr/bin/env node
/** The command line `membarrier`. */
import { parse, runProgram } from '../terminal/program.js';
import { type Result, UsageError } from '../terminal/result.js';
import { packageVersion } from '../terminal/version.js';
import { bench } from './bench.js';
import { doctor } from './doctor.js';
import { helpOf } from './help.js';
import { litmus } from './litmus.js';
import { query } from './query.js';

const options = {
  json: { type: 'boolean', default: false },
  seconds: { type: 'string' },
  only: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type Values = ReturnType<typeof parse<typeof options>>['values'];

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
};

async function run(args: string[]): Promise<Result> {
  const command = args.findIndex((arg) => !arg.startsWith('-'));
  if (args[command] === 'bench') return bench(args.filter((_, i) => i !== command));
  const { values, positionals } = parse(args, options);
  if (positionals[0] === 'help') return positionals[1] === 'bench' ? bench(['--help']) : help(positionals[1]);
  if (values.help) return help(positionals[0]);
  if (values.version) return { output: packageVersion(), status: 0 };
  const [name = 'doctor', ...excess] = positionals;
  const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (known === undefined) {
    throw new UsageError(
      `There is no command '${name}'. The commands are: ${Object.keys(commands).join(', ')}, bench, help`,
    );
  }
  const given = Object.keys(values) as (keyof Values)[];
  const stray = given.find((option) => option !== 'json' && !known.takes.includes(option));
  if (stray !== undefined) throw new UsageError(`The command ${name} has no option '--${stray}'`);
  return known.run(values, excess);
}

function help(command: string | undefined): Result {
  return { output: helpOf(command), status: 0 };
}

function alone(values: Values, [excess]: readonly string[]): Values {
  if (excess !== undefined) throw new UsageError(`Unexpected argument '${excess}'`);
  return values;
}

await runProgram('membarrier', 'membarrier help', run);
