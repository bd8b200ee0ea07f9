/** `node-membarrier-bench`, run as users run it, and the report that `--json` printed. */
import { fileURLToPath } from 'node:url';
import * as v from '../../../bench/libraries/valibot.js';
import { type Report, report } from '../../../bench/report/schema.js';
import { root } from '../../../harness/index.js';
import { type Ended, runBare } from '../process/fresh.js';

export const benchMain: string = fileURLToPath(new URL('dist/bench/main.js', root));

export function bench(...args: string[]): Promise<Ended> {
  return runBare([benchMain, ...args]);
}

export function readBench({ stdout }: { stdout: string }): Report {
  return v.parse(report, JSON.parse(stdout));
}
