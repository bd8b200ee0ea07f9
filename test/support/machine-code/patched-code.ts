/**
 * Machine code that this thread patches while another one executes it, to see whether that one ever executes the old
 * code after the new one was announced: SYNC_CORE, put to the test. test/native/code_patch.h says why it may.
 */
import type { Verdict } from '../../../litmus/suite.js';
import { type PatchedCode, probes } from '../probes.js';

/** The steps of a round, in their order. */
export type Arm = readonly ('patch' | 'barrier' | 'publish')[];

/** No execution may be stale: what SYNC_CORE is for. */
export const claim: Arm = ['patch', 'barrier', 'publish'];
/** Some may be, as the processor likes. */
export const control: Arm = ['patch', 'publish'];
/** Some must be, on every processor: what is published is not there yet. */
export const reversed: Arm = ['publish', 'barrier', 'patch'];

export interface ArmResult {
  /** Rounds in which the executing thread was seen to execute the code after the publication. */
  readonly iterations: number;
  readonly executions: number;
  readonly stale: number;
}

/** 'passed' takes a control that shows what the barrier prevents; see Verdict. */
export function verdictOf(claimed: ArmResult, controlled: ArmResult): Verdict {
  if (claimed.stale > 0) return 'failed';
  return controlled.stale > 0 ? 'passed' : 'inconclusive';
}

/** The errno with which such code is refused here, if it is. */
export function refusal(cpu: number): number | undefined {
  const code = probes.startCode(cpu);
  if (typeof code === 'number') return code;
  probes.stopCode(code);
  return undefined;
}

/**
 * Runs an arm for so many milliseconds. The executing thread is on `cpu`, and this one must be on another. Blocks, but
 * for no longer than that, also when the executing thread gets no time to run.
 */
export function runArm(arm: Arm, issue: () => void, cpu: number, milliseconds: number): ArmResult {
  const code = probes.startCode(cpu);
  if (typeof code === 'number') throw new Error(`no machine code to patch: ${code}`);
  try {
    const iterations = runRounds(code, arm, issue, performance.now() + milliseconds);
    return { iterations, ...probes.stopCode(code) };
  } finally {
    probes.stopCode(code);
  }
}

function runRounds(code: PatchedCode, arm: Arm, issue: () => void, end: number): number {
  const does = {
    patch: (round: number) => probes.patchCode(code, round),
    barrier: () => issue(),
    publish: (round: number) => probes.publishCode(code, round),
  };
  const steps = arm.map((step) => does[step]);
  for (let round = 1; ; round++) {
    for (const step of steps) step(round);
    while (probes.acknowledgedRound(code) !== round) {
      if (performance.now() >= end) return round - 1;
    }
    if (performance.now() >= end) return round;
  }
}
