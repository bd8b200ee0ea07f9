/**
 * Runs sections: each part in a process of its own, since nothing unregisters, one after the other. What a part has
 * said counts, however it ends.
 */
import { spawn } from 'node:child_process';
import { execPath, stderr } from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Effort } from './measure/effort.js';
import { whyEnded } from './measure/fresh.js';
import { type Line, REPORT_FD } from './measure/report.js';
import type { Section } from './report/schema.js';
import type { SectionPlan } from './sections.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Until all is measured, or a signal comes: then the part under way is ended, and no other is begun. */
export async function runSections(
  plans: readonly SectionPlan[],
  effort: Effort,
): Promise<{ readonly sections: Section[]; readonly complete: boolean }> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  for (const signal of signals) process.once(signal, interrupt);
  const sections: Section[] = [];
  for (const [i, plan] of plans.entries()) {
    if (interrupted.signal.aborted) break;
    showProgress(`[${i + 1}/${plans.length}] ${plan.name}: ${plan.about} ...`);
    sections.push(await runSection(plan, effort, interrupted.signal));
  }
  if (stderr.isTTY) showProgress('');
  for (const signal of signals) process.off(signal, interrupt);
  return { sections, complete: !interrupted.signal.aborted };
}

/** In one line of a terminal; elsewhere, a line for each section. */
function showProgress(line: string): void {
  stderr.write(stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
}

async function runSection(plan: SectionPlan, effort: Effort, interrupted: AbortSignal): Promise<Section> {
  const lines: Line[] = [];
  const isSound = plan.check === undefined || (await runPart(plan.check, effort, interrupted, lines));
  for (const part of isSound ? plan.parts : []) {
    if (!interrupted.aborted) await runPart(part, effort, interrupted, lines);
  }
  const missing = lines.flatMap((line) => ('missing' in line ? line.missing : []));
  return {
    name: plan.name,
    tables: lines.flatMap((line) => ('table' in line ? line.table : [])),
    // Parts may say the same: that liburcu is not there.
    missing: [...new Map(missing.map((one) => [`${one.what}: ${one.why}`, one])).values()],
  };
}

/** Minutes after which a part is taken to hang, and is ended. */
const patience: Record<Effort, number> = { quick: 5, full: 30 };

/** Whether it went well. */
async function runPart(part: string, effort: Effort, interrupted: AbortSignal, lines: Line[]): Promise<boolean> {
  const child = spawn(execPath, [fileURLToPath(new URL(`sections/${part}.js`, import.meta.url)), effort], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what it has started can be ended with it, even if it is stopped.
    detached: true,
    signal: interrupted,
    timeout: 60_000 * patience[effort],
    killSignal: 'SIGKILL',
  });
  child.on('error', () => {}); // that it was interrupted
  const exit = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('exit', () => endGroup(child.pid));
    child.on('close', (code, signal) => resolve([code, signal]));
  });
  const complaint = text(child.stderr as Readable);
  for await (const line of createInterface({ input: child.stdio[REPORT_FD] as Readable })) lines.push(JSON.parse(line));
  const [code, signal] = await exit;
  if (code === 0) return true;
  const hung = child.killed ? `it had not ended after ${patience[effort]} minutes` : undefined;
  const why = interrupted.aborted ? 'interrupted' : (hung ?? whyEnded(await complaint, signal));
  lines.push({ missing: { what: part, why } });
  return false;
}

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}
