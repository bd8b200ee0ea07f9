/**
 * `membarrier bench`: runs node-membarrier-bench, a package of its own, where it is installed; otherwise says how to
 * get it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cwd, execPath } from 'node:process';
import { EXIT_FAILED, type Result } from '../terminal/result.js';
import { helpOf } from './help.js';

const NAME = 'node-membarrier-bench';

export async function bench(args: readonly string[]): Promise<Result> {
  const program = find();
  if (program === undefined) {
    if (args.includes('--help') || args.includes('-h')) return { output: helpOf('bench'), status: 0 };
    const line = ['npx', NAME, ...args].join(' ');
    return {
      output: `membarrier: bench is a package of its own, which is not installed here. Run: ${line}`,
      status: EXIT_FAILED,
      toStderr: true,
    };
  }
  // Ctrl-C reaches both. bench then prints what it has measured, and this process waits for it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const child = spawn(execPath, [program, ...args], { stdio: 'inherit' });
  const [status] = (await once(child, 'close')) as [number | null];
  process.off('SIGINT', ignore);
  return { output: '', status: status ?? EXIT_FAILED };
}

/** Beside this package, or in the project of the current folder. */
function find(): string | undefined {
  for (const from of [import.meta.url, join(cwd(), 'package.json')]) {
    try {
      const manifest = createRequire(from).resolve(`${NAME}/package.json`);
      const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
      return join(dirname(manifest), bin[NAME] as string);
    } catch {
      // Not there.
    }
  }
  return undefined;
}
