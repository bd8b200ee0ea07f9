/**
 * Runs sections: each part in a process of its own, since nothing unregisters, one after the other. What a part has
 * said counts, however it ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Effort } from './measure/effort.js';
import { whyEnded } from './measure/fresh.js';
import { type Line, type Missing, REPORT_FD } from './measure/report.js';
import type { Section } from './report/schema.js';
import type { SectionPlan } from './sections.js';

/** Once `interrupted` is aborted, the part under way is ended, and no other is begun. */
export async function runSection(plan: SectionPlan, effort: Effort, interrupted: AbortSignal): Promise<Section> {
  const lines: Line[] = [];
  const run = (part: string) => runPart(part, effort, interrupted, (line) => lines.push(line));
  const isSound = plan.check === undefined || (await run(plan.check));
  for (const part of isSound ? plan.parts : []) if (!interrupted.aborted) await run(part);
  return {
    name: plan.name,
    tables: lines.flatMap((line) => ('table' in line ? line.table : [])),
    missing: distinct(lines.flatMap((line) => ('missing' in line ? line.missing : []))),
  };
}

/** Minutes after which a part is taken to hang, and is ended. */
const patience: Record<Effort, number> = { quick: 5, full: 30 };

/** Whether it went well. */
async function runPart(
  part: string,
  effort: Effort,
  interrupted: AbortSignal,
  onLine: (line: Line) => void,
): Promise<boolean> {
  const path = fileURLToPath(new URL(`sections/${part}.js`, import.meta.url));
  const child = spawn(execPath, [path, effort], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  interrupted.addEventListener('abort', end);
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    end();
  }, 60_000 * patience[effort]);
  if (interrupted.aborted) end();
  const exit = once(child, 'close') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  const complaint = text(child.stderr as Readable);
  for await (const line of createInterface({ input: child.stdio[REPORT_FD] as Readable })) onLine(JSON.parse(line));
  const [code, signal] = await exit;
  clearTimeout(timer);
  interrupted.removeEventListener('abort', end);
  if (code === 0) return true;
  onLine({ missing: { what: part, why: why(await complaint) } });
  return false;

  function why(complaint: string): string {
    if (hangs) return `it had not ended after ${patience[effort]} minutes`;
    // A terminal's Ctrl-C reaches the part as well, and perhaps first.
    return interrupted.aborted || signal === 'SIGINT' ? 'interrupted' : whyEnded(complaint, signal);
  }
}

/** Parts may say the same: that liburcu is not there. */
function distinct(missing: readonly Missing[]): Missing[] {
  return [...new Map(missing.map((one) => [`${one.what}: ${one.why}`, one])).values()];
}
