/**
 * Samples that stand for a number of running siblings, which the interrupts tell: 0.95 to 1.05 a barrier where the
 * sibling is to be running, at most 0.05 where none is. Others are taken again, and in the end discarded. An upper
 * bound is needed too: interrupts of other processes would pass for those of barriers that have not been issued.
 */

import { getSystemErrorName } from 'node:util';
import { harness } from '../../harness/index.js';
import { interruptsDuring } from '../../harness/interrupts.js';
import { measuring } from './report.js';
import { retrying, type Sample } from './samples.js';

/** All that this process may use, as it was started. */
export const cpus: readonly number[] = harness.affinity();
const [first, second] = cpus;
/** Why threads stay where the kernel puts them, if they do. */
export const whyUnpinned: string | undefined = first === undefined ? 'its CPUs are not known' : pin(first);

/** The CPUs of the main thread, which is pinned from here on if it may be, and of the sibling, if there is another. */
export const here: number = first ?? 0;
export const there: number | undefined = whyUnpinned === undefined ? second : undefined;

/** Why there is no other CPU to run on, if so. */
export const whyNoOtherCpu: string | undefined =
  there === undefined ? (whyUnpinned ?? 'this process may use one CPU only') : undefined;

/** What a contest of such samples says of them. */
export const bySiblings: { readonly discardedFor: string; readonly notes: readonly string[] } = {
  discardedFor: 'the number of running siblings',
  notes: whyUnpinned === undefined ? [] : [`not pinned to a CPU: ${whyUnpinned}`],
};

function pin(cpu: number): string | undefined {
  const answer = harness.pin(cpu);
  return answer === 0 ? undefined : `pinning is refused with ${getSystemErrorName(answer)}`;
}

/** Why no running sibling can be had, or none can be seen. */
function whyNoSibling(): string | undefined {
  const counted = interruptsDuring(there ?? -1, () => {}) !== undefined;
  return whyNoOtherCpu ?? (counted ? undefined : 'this kernel does not show function call interrupts');
}

/** Measures with the help of the other CPU, or says why not. */
export function measuringBeside(what: string, measure: (cpu: number) => void | Promise<void>): Promise<void> {
  return measuring(what, () => {
    const why = whyNoSibling();
    if (why !== undefined) throw new Error(why);
    return measure(there as number);
  });
}

/** A sample of so many barriers, kept where no sibling ran. */
export function alone(barriers: number, sample: Sample): Sample {
  return counted(sample, (interrupts) => interrupts <= 0.05 * barriers);
}

/** A sample of so many barriers, kept where each reached the sibling. */
export function reaching(barriers: number, sample: Sample): Sample {
  return counted(sample, (interrupts) => interrupts >= 0.95 * barriers && interrupts <= 1.05 * barriers);
}

function counted(sample: Sample, fits: (interrupts: number) => boolean): Sample {
  return retrying(() => {
    let cost: number | undefined;
    const interrupts = interruptsDuring(there ?? -1, () => {
      cost = sample();
    });
    return interrupts === undefined || fits(interrupts) ? cost : undefined;
  });
}
