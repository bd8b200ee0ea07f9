/**
 * Finds out what one command does on this machine, in a process of its own: fresh, so that nothing is registered, and
 * separate, so that a sandbox that kills gives a finding and not a death.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { execArgv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { CommandName } from '../commands.js';

/** What the child found. Answers are the kernel's: its value, or -errno. */
export interface Finding {
  /** Why membarrier(2) cannot be reached at all. */
  readonly unavailable?: string;
  /** Why nothing could be found out. */
  readonly failed?: string;
  /** How the call `calling` ended the child: by a signal, or by never returning. */
  readonly fatal?: string;
  readonly calling?: CommandName;
  /** The answer of a command that can be registered, before its registration. */
  readonly unregistered?: number;
  /** The answer of its REGISTER command. */
  readonly registration?: number;
  /** The answer of the command, registered where it can be. */
  readonly answer?: number;
  /** Of a call: the median; of a REGISTER command, the first call. Without a running sibling. */
  readonly nanoseconds?: number;
  /** The answer of GET_REGISTRATIONS after all this. */
  readonly held?: number;
}

/** Where the child writes; its stdout may be used by what NODE_OPTIONS loads into it. */
export const REPORT_FD = 3;

const child = fileURLToPath(new URL('probe-child.js', import.meta.url));
const timeout = 10_000;

/** Blocks until the child is done: 50 to 120 ms, or 10 s where a sandbox kills the calling thread alone. */
export function probe(command: CommandName): Finding {
  const { output, stderr, status, signal, error } = start(command);
  const lines = (output?.[REPORT_FD] ?? '').split('\n').filter((line) => line !== '');
  const found: Finding = Object.assign({}, ...lines.map((line) => JSON.parse(line)));
  const timedOut = error !== undefined && 'code' in error && error.code === 'ETIMEDOUT';
  if (timedOut && found.calling !== undefined) return { ...found, fatal: 'no return' };
  if (error !== undefined) return { failed: `no child process to probe in: ${error.message}` };
  if (signal !== null) return { ...found, fatal: signal };
  return status === 0 ? found : { failed: `the child process to probe in ended with ${status}: ${stderr.trim()}` };
}

function start(command: CommandName): SpawnSyncReturns<string> {
  const stdio = ['ignore', 'ignore', 'pipe', 'pipe'] as const;
  try {
    return spawnSync(execPath, [...execArgv, child, command], {
      encoding: 'utf8',
      stdio: [...stdio],
      timeout,
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    // The permission model throws where the system would answer.
    const nothing = { pid: 0, output: [], stdout: '', stderr: '', status: null, signal: null };
    return { ...nothing, error: error as Error };
  }
}
