/** The report that `membarrier bench --json` printed. */
import * as v from '../../../bench/libraries/valibot.js';
import { type Report, report } from '../../../bench/report/schema.js';

export function readBench({ stdout }: { stdout: string }): Report {
  return v.parse(report, JSON.parse(stdout));
}
