/** Whether fences, locks and RCU work here: tried in a child process, which a sandbox may kill. */
import type { Strategy } from '../lib/fence/fence-strategy.js';
import { runChild } from './child.js';

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

/** 0.1 s; 10 s where a call never returns. */
export async function tryFeatures(): Promise<Features> {
  const found: Partial<Features> = {};
  try {
    const { status, signal, silent, stderr } = await runChild<Partial<Features>>('features-child.js', [], (line) => {
      Object.assign(found, line);
    });
    if (status === 0) return found as Features;
    if (signal !== null) return { ...killed(silent ? 'no return' : signal), ...found };
    return allFail(`The process that tried them ended with status ${status}: ${stderr}`);
  } catch (error) {
    return allFail(`No child process to try them in: ${(error as Error).message}. Let Node.js start child processes`);
  }
}

/** What follows where a sandbox kills the process that calls. */
export function killed(how: string): Features {
  return allFail(
    `A sandbox kills the process that calls membarrier(2) (${how}). Allow the system call in its seccomp policy, ` +
      'or let the policy return EPERM: then fences, locks and RCU work without it',
  );
}

function allFail(error: string): Features {
  const fails: Feature = { works: false, error };
  return { strategy: null, whySymmetric: error, fences: fails, locks: fails, rcu: fails };
}
