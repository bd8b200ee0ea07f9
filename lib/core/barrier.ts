/** The barrier that a registration yields: what it is, and how it is made. */

import type { Binding } from '../addon/binding.js';
import { cpuOf, type RseqOptions } from './arguments.js';
import { Command, Flag, needsRegistration, type Registrable } from './commands.js';
import { EPERM } from './errno.js';
import { errorFor } from './kernel-errors.js';
import { membarrierSyscall } from './syscall.js';

declare const proof: unique symbol;

/**
 * A registered barrier. Call it to issue the barrier.
 *
 * It is also the proof of the registration: only registration makes one, and nothing unregisters. It belongs to the
 * thread that made it. Another thread gets its own from `membarrier.registerSync`, without a system call
 * (GLOBAL_EXPEDITED: with one).
 *
 * When it returns, every other running thread of the process has passed through a full memory barrier since the call.
 * (GLOBAL_EXPEDITED: of every registered process.) Blocks for 1 to 15 microseconds if a sibling is running, for less
 * than one if none is. Throws MembarrierError: ENOMEM, or BlockedError if a sandbox was set up after the registration.
 * If the kernel has lost the registration, it is made again. Source: membarrier(2).
 */
export interface Barrier<C extends Registrable = Registrable> {
  /** Issues the barrier. */
  (...options: [C] extends ['PRIVATE_EXPEDITED_RSEQ'] ? [options?: RseqOptions] : []): void;
  /** The command that was registered. */
  readonly command: C;
  /** @internal Not there at run time: it keeps other functions from passing for a Barrier. */
  readonly [proof]: C;
}

export function createBarrier<C extends Registrable>(binding: Binding, command: C): Barrier<C> {
  const issue = command === 'PRIVATE_EXPEDITED_RSEQ' ? rseqIssuer(binding) : issuer(binding, command);
  Object.defineProperties(issue, { name: { value: command }, command: { value: command, enumerable: true } });
  return Object.freeze(issue) as unknown as Barrier<C>;
}

const entries = {
  GLOBAL_EXPEDITED: 'globalExpedited',
  PRIVATE_EXPEDITED: 'privateExpedited',
  PRIVATE_EXPEDITED_SYNC_CORE: 'privateExpeditedSyncCore',
  PRIVATE_EXPEDITED_RSEQ: 'privateExpeditedRseq',
} as const satisfies Record<Registrable, keyof Binding>;

/** The function that issues a barrier through the addon's own entry for it, the cheapest way there is. */
export function issuer(binding: Binding, command: Registrable): () => void {
  const native = binding[entries[command]];
  return () => {
    const answer = native();
    if (answer !== undefined) recover(binding, command, answer, native);
  };
}

/**
 * EPERM, though the record has it: the kernel may have lost the registration, as when the process was restored from a
 * checkpoint. So it is made again, once; to be refused after that is a sandbox's doing. Blocks for 5 to 25 ms.
 */
function recover(binding: Binding, command: Registrable, answer: number, issue: () => number | undefined): void {
  const again =
    answer === -EPERM && needsRegistration(command) && binding.registerAgain(Command[command]) === 0 ? issue() : answer;
  if (again !== undefined && again !== 0) throw errorFor(command, again);
}

function rseqIssuer(binding: Binding): (options?: RseqOptions) => void {
  const issueToAll = issuer(binding, 'PRIVATE_EXPEDITED_RSEQ');
  return (options) => {
    const cpu = cpuOf(options);
    if (cpu === undefined) return issueToAll();
    const issueToOne = () => membarrierSyscall(binding, Command.PRIVATE_EXPEDITED_RSEQ, Flag.CPU, cpu);
    const answer = issueToOne();
    if (answer !== 0) recover(binding, 'PRIVATE_EXPEDITED_RSEQ', answer, issueToOne);
  };
}
