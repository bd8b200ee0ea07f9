#!/usr/bin/env node
/** The command line `node-membarrier-bench`, which `membarrier bench` runs where it is installed. */
import { parse as parsePath } from 'node:path';
import { parse, runProgram } from '../terminal/program.js';
import { type Result, UsageError } from '../terminal/result.js';
import { packageVersion } from '../terminal/version.js';
import { bench } from './command.js';
import { renderComparison } from './report/compare.js';
import { readReport } from './report/read.js';
import { plans } from './sections.js';

const help = `Usage: membarrier bench [OPTION]...
       membarrier bench compare FILE FILE...

Measures what calls, registration, fences, RCU and shared maps cost here, and
whom they cost it. compare shows reports of --json side by side.

  --quick         take about a minute; without it ten
  --only SECTION  measure this section; may be repeated:
${plans.map(({ name, about }) => `    ${name.padEnd(12)} ${about}`).join('\n')}
  --json [FILE]   print JSON instead of text, or write JSON to FILE as well
  --html FILE     also write a page with charts
  --emulated      say that the processor is emulated, so times mean nothing
  -v, --version   print the version
  -h, --help      print this

Exit status: 0 everything was measured; 1 membarrier(2) cannot be used here; 2
wrong usage; 3 a sandbox refuses QUERY; 4 something could not be measured, and
is named; 130 interrupted.`;

const options = {
  json: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true },
  quick: { type: 'boolean' },
  html: { type: 'string' },
  emulated: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

async function run(args: string[]): Promise<Result> {
  const { jsonFile, rest } = takeJsonFile(args);
  const { values, positionals } = parse(rest, options);
  if (values.help) return { output: help, status: 0 };
  if (values.version) return { output: packageVersion(), status: 0 };
  const [action, ...files] = positionals;
  if (action === undefined) return await bench({ ...values, jsonFile });
  if (action !== 'compare') {
    throw new UsageError(
      `Unexpected argument '${action}'. To compare reports: bench compare FILE FILE... To write JSON: --json FILE`,
    );
  }
  const { json, ...others } = values;
  const [stray] = Object.keys(others);
  if (json || stray !== undefined)
    throw new UsageError(`The command bench compare has no option '--${json ? 'json' : stray}'`);
  if (files.length < 2) throw new UsageError('bench compare needs at least two files that bench --json wrote');
  const names = files.map((file) => parsePath(file).name);
  const areDistinct = new Set(names).size === names.length;
  const hosts = files.map((file, i) => ({ name: areDistinct ? (names[i] as string) : file, report: readReport(file) }));
  return { output: renderComparison(hosts), status: 0 };
}

/**
 * The word after --json, if it is neither an option nor a command: parseArgs() knows no options with and without a
 * value.
 */
function takeJsonFile(args: readonly string[]): { jsonFile: string | undefined; rest: string[] } {
  const index = args.indexOf('--json') + 1;
  const next = index > 0 ? args[index] : undefined;
  if (next === undefined || next.startsWith('-') || next === 'compare') return { jsonFile: undefined, rest: [...args] };
  return { jsonFile: next, rest: args.filter((_, i) => i !== index) };
}

await runProgram('membarrier bench', 'membarrier bench --help', run);
