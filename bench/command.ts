/** Measures, prints a report as text or JSON, and writes files. What cannot be measured is named with its reason. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { EXIT_FAILED, type Result, UsageError } from '../terminal/result.js';
import { askDoctor, statusOf } from './doctor.js';
import { renderHtml } from './report/html.js';
import type { Report } from './report/schema.js';
import { renderReport } from './report/text.js';
import { runSections } from './run.js';
import { plans, type SectionPlan } from './sections.js';

/** As a shell says it of a program that SIGINT has ended. */
const EXIT_INTERRUPTED = 130;

/** `jsonFile` is where JSON is written besides the text. */
type BenchOptions = { readonly only?: readonly string[] | undefined } & {
  readonly [option in 'json' | 'quick' | 'emulated']?: boolean | undefined;
} & { readonly [option in 'jsonFile' | 'html']?: string | undefined };

export async function bench({ json, jsonFile, quick, only, html, emulated }: BenchOptions): Promise<Result> {
  const chosen = choose(only);
  if (html !== undefined) checkWritable('--html', html);
  if (jsonFile !== undefined) checkWritable('--json', jsonFile);
  const doctor = askDoctor();
  const started = new Date();
  const effort = quick ? 'quick' : 'full';
  const { sections, complete } = await runSections(chosen, effort);
  const report: Report = {
    format: 2,
    tool: 'node-membarrier bench',
    version: doctor.version,
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    effort,
    complete,
    environment: { ...doctor.environment, emulated: emulated ?? false },
    sections,
  };
  const text = JSON.stringify(report, null, 2);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${text}\n`);
  if (html !== undefined) writeFileSync(html, renderHtml(report));
  const missing = sections.some((section) => section.missing.length > 0);
  return {
    output: json && jsonFile === undefined ? text : renderReport(report),
    status: complete ? statusOf(doctor) || (missing ? EXIT_FAILED : 0) : EXIT_INTERRUPTED,
  };
}

function choose(only: readonly string[] | undefined): readonly SectionPlan[] {
  const names = plans.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no section '${unknown}'. The sections are: ${names.join(', ')}`);
  return plans.filter(({ name }) => only?.includes(name) ?? true);
}

/** Before minutes have been spent on what cannot be written. */
function checkWritable(option: string, path: string): void {
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UsageError(`Cannot write the file of ${option}: ${(error as Error).message}`);
  }
}
