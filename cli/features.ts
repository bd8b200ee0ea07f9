/** Whether fences, locks and RCU work here: tried in a process of its own, which a sandbox may kill. */
import { spawnSync } from 'node:child_process';
import { execArgv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Strategy } from '../lib/fence/fence-strategy.js';

export interface Feature {
  readonly works: boolean;
  /** Why not, and what to do; null where it works. */
  readonly error: string | null;
}

export interface Features {
  /** Of the fences; null where there are none. */
  readonly strategy: Strategy | null;
  /** Why the fences cannot rest on membarrier(2), and what to do; null where they do. */
  readonly whySymmetric: string | null;
  readonly fences: Feature;
  readonly locks: Feature;
  readonly rcu: Feature;
}

export const REPORT_FD = 3;

/** Milliseconds after which the process is taken to hang. */
const PATIENCE = 10_000;

const program = fileURLToPath(new URL('features-child.js', import.meta.url));

/** 0.1 s; 10 s where a call never returns. */
export function tryFeatures(): Features {
  const { output, status, signal, error } = spawnSync(execPath, [...execArgv, program], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  if (status === 0) return JSON.parse(String(output[REPORT_FD])) as Features;
  if (signal !== null) return killed(signal);
  return allFail(error?.message ?? `The process that tried ended with status ${status}. Run it again`);
}

/** What follows where a sandbox kills the process that calls. */
export function killed(how: string): Features {
  return allFail(
    `A sandbox kills the process that calls membarrier(2) (${how}). Allow the system call in its seccomp policy, ` +
      'or let the policy ' +
      'return EPERM: then fences, locks and RCU work without it',
  );
}

function allFail(error: string): Features {
  const fails: Feature = { works: false, error };
  return { strategy: null, whySymmetric: error, fences: fails, locks: fails, rcu: fails };
}
