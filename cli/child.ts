/**
 * Child processes that find something out, and tell it in lines of JSON: separate, so that a sandbox that kills gives a
 * finding and not a death.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { execArgv, execPath } from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Where the child writes; its stdout may be used by what NODE_OPTIONS loads into it. */
export const REPORT_FD = 3;

/**
 * After so many milliseconds without a line a call does not return. Where calls are slow, each line is a sign of life.
 */
const SILENCE = 10_000;

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it said nothing for too long, and was ended for that. */
  readonly silent: boolean;
  readonly stderr: string;
}

/** Runs a program of this folder to its end. Rejects where no child process can be started. */
export async function runChild<Line>(
  name: string,
  args: readonly string[],
  onLine: (line: Line) => void,
): Promise<Ended> {
  const program = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(execPath, [...execArgv, program, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const [closed, stderr] = [once(child, 'close'), text(child.stderr as Readable)];
  for await (const line of linesOf(child)) onLine(JSON.parse(line) as Line);
  const [status, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  return { status, signal, silent: child.killed, stderr: (await stderr).trim() };
}

/** Kills the child where it says nothing for too long. */
async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  const kill = () => child.kill('SIGKILL');
  let silence = setTimeout(kill, SILENCE);
  try {
    for await (const line of createInterface({ input: child.stdio[REPORT_FD] as Readable })) {
      clearTimeout(silence);
      silence = setTimeout(kill, SILENCE);
      yield line;
    }
  } finally {
    clearTimeout(silence);
  }
}
