/** Measures, prints a report as text or JSON, and writes files. What cannot be measured is named with its reason. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { stderr } from 'node:process';
import { EXIT_FAILED, type Result, UsageError } from '../terminal/result.js';
import { askDoctor, statusOf } from './doctor.js';
import { benchEnvironment } from './environment.js';
import { renderHtml } from './report/html.js';
import type { Report, Section } from './report/schema.js';
import { renderReport } from './report/text.js';
import { runSection } from './run.js';
import { plans, type SectionPlan } from './sections.js';

/** As a shell says it of a program that SIGINT has ended. */
const EXIT_INTERRUPTED = 130;

export interface BenchOptions {
  readonly json: boolean;
  /** Where JSON is written in the place of stdout. */
  readonly jsonFile?: string | undefined;
  readonly quick?: boolean | undefined;
  readonly only?: readonly string[] | undefined;
  readonly html?: string | undefined;
  readonly emulated?: boolean | undefined;
}

export async function bench(options: BenchOptions): Promise<Result> {
  const { json, jsonFile, quick = false, only, html, emulated = false } = options;
  const chosen = choose(only);
  if (html !== undefined) checkWritable('--html', html);
  if (jsonFile !== undefined) checkWritable('--json', jsonFile);
  const doctor = askDoctor();
  const started = new Date();
  const { sections, complete } = await runAll(chosen, quick);
  const report: Report = {
    format: 1,
    tool: 'node-membarrier bench',
    version: doctor.version,
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    effort: quick ? 'quick' : 'full',
    complete,
    environment: benchEnvironment(doctor, emulated),
    sections,
  };
  const text = JSON.stringify(report, null, 2);
  if (html !== undefined) writeFileSync(html, renderHtml(report));
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${text}\n`);
  const missing = sections.some((section) => section.missing.length > 0);
  return {
    output: json && jsonFile === undefined ? text : renderReport(report),
    status: complete ? statusOf(doctor) || (missing ? EXIT_FAILED : 0) : EXIT_INTERRUPTED,
  };
}

function choose(only: readonly string[] | undefined): readonly SectionPlan[] {
  const names = plans.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no section '${unknown}': ${names.join(', ')} are known`);
  return plans.filter(({ name }) => only?.includes(name) ?? true);
}

/** Before minutes have been spent on what cannot be written. */
function checkWritable(option: string, path: string): void {
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UsageError(`${option} cannot be written: ${(error as Error).message}`);
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
