/**
 * `membarrier bench`: measures, and prints a table or JSON, and writes a page if one is asked for; `bench compare`
 * reads what --json has printed. Whatever cannot be measured is named with its reason, and the rest is measured.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { stderr } from 'node:process';
import { probeQuery, verdictOfQuery } from '../cli/query.js';
import { EXIT_FAILED, exitStatus, type Result, UsageError } from '../cli/result.js';
import { packageVersion } from '../cli/version.js';
import { benchEnvironment } from './environment.js';
import { renderComparison } from './report/compare.js';
import { renderHtml } from './report/html.js';
import { readReport } from './report/read.js';
import type { Report, Section } from './report/schema.js';
import { renderReport } from './report/text.js';
import { runSection } from './run.js';
import { plans, type SectionPlan } from './sections.js';

export interface BenchOptions {
  readonly json: boolean;
  readonly quick?: boolean | undefined;
  readonly only?: readonly string[] | undefined;
  readonly html?: string | undefined;
  readonly emulated?: boolean | undefined;
}

/** As a shell says it of who was ended by SIGINT. */
const EXIT_INTERRUPTED = 130;

export function bench(options: BenchOptions, [action, ...files]: readonly string[]): Result | Promise<Result> {
  if (action === undefined) return measure(options);
  if (action !== 'compare')
    throw new UsageError(`Unexpected argument '${action}': bench compare FILE FILE... is known`);
  return compare(options, files);
}

function compare({ json, ...rest }: BenchOptions, files: readonly string[]): Result {
  const [stray] = Object.keys(rest);
  if (json || stray !== undefined) throw new UsageError(`Option '--${json ? 'json' : stray}' is not for bench compare`);
  if (files.length < 2) throw new UsageError('bench compare takes two reports of bench --json, or more');
  const reports = files.map((name) => ({ name, report: readReport(name) }));
  return { output: renderComparison(reports), status: 0 };
}

async function measure({ json, quick = false, only, html, emulated = false }: BenchOptions): Promise<Result> {
  const chosen = choose(only);
  if (html !== undefined) checkWritable(html);
  // Asked in a child process, since a sandbox may kill whoever asks.
  const status = exitStatus(verdictOfQuery(await probeQuery()));
  const started = new Date();
  const { sections, complete } = await runAll(chosen, quick);
  const report: Report = {
    format: 1,
    tool: 'node-membarrier bench',
    version: packageVersion(),
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    effort: quick ? 'quick' : 'full',
    complete,
    environment: benchEnvironment(emulated),
    sections,
  };
  if (html !== undefined) writeFileSync(html, renderHtml(report));
  const missing = sections.some((section) => section.missing.length > 0);
  return {
    output: json ? JSON.stringify(report, null, 2) : renderReport(report),
    status: complete ? status || (missing ? EXIT_FAILED : 0) : EXIT_INTERRUPTED,
  };
}

function choose(only: readonly string[] | undefined): readonly SectionPlan[] {
  const names = plans.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no section '${unknown}': ${names.join(', ')} are known`);
  return plans.filter(({ name }) => only?.includes(name) ?? true);
}

/** Before minutes have been spent on what cannot be written. */
function checkWritable(path: string): void {
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UsageError(`--html cannot be written: ${(error as Error).message}`);
  }
}

/** Until all is measured, or someone interrupts. */
async function runAll(
  chosen: readonly SectionPlan[],
  quick: boolean,
): Promise<{ sections: Section[]; complete: boolean }> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  const sections: Section[] = [];
  for (const [i, plan] of chosen.entries()) {
    if (interrupted.signal.aborted) break;
    showProgress(`[${i + 1}/${chosen.length}] ${plan.name}: ${plan.about} ...`);
    sections.push(await runSection(plan, quick ? 'quick' : 'full', interrupted.signal));
  }
  showProgress('');
  process.off('SIGINT', interrupt);
  return { sections, complete: !interrupted.signal.aborted };
}

function showProgress(line: string): void {
  if (stderr.isTTY) stderr.write(`\r\x1b[K${line}`);
}
