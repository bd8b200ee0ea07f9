/** A command line's way from its arguments to what is printed: no error leaves it with a stack. */
import { argv, stderr, stdout } from 'node:process';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { EXIT_FAILED, EXIT_USAGE, type Result, UsageError } from './result.js';

/** As parseArgs(), with positional arguments; UsageError for what is wrong. */
export function parse<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
): ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: Options }>> {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    // Node.js adds a lesson on positional arguments to what is wrong with an option.
    const [message] = (error as Error).message.split('. To specify');
    throw new UsageError(message);
  }
}

/** Runs the program, of this name, and prints. `hint` is how to ask for help. */
export async function runProgram(
  name: string,
  hint: string,
  run: (args: string[]) => Result | Promise<Result>,
): Promise<void> {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `membarrier | head` closes the pipe early, which is no failure.
    if (error.code === 'EPIPE') return;
    stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = EXIT_FAILED;
  });
  const { output, status, toStderr } = await runOrFail(name, hint, run);
  process.exitCode = status;
  if (output !== '') (toStderr ? stderr : stdout).write(`${output}\n`);
}

async function runOrFail(
  name: string,
  hint: string,
  run: (args: string[]) => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await run(argv.slice(2));
  } catch (error) {
    const message = `${name}: ${(error as Error).message}`;
    if (!(error instanceof UsageError)) return { output: message, status: EXIT_FAILED, toStderr: true };
    return { output: `${message}\nTry '${hint}'.`, status: EXIT_USAGE, toStderr: true };
  }
}
