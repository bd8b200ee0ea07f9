/** The barrier that a registration yields: what it is, and how it is made. */
import { errorFor } from './answers.js';
import { cpuOf, type RseqOptions } from './arguments.js';
import { call } from './call.js';
import { Command, Flag, type Registrable } from './commands.js';
import type { Binding } from './native/binding.js';

declare const proof: unique symbol;

/**
 * The proof of a registration, and the barrier itself: call it to issue the barrier. Only registration makes one, and
 * nothing unregisters, so code that holds one cannot be unregistered. It belongs to the thread that made it; another
 * thread gets its own from `membarrier.registerSync`, which makes no system call there.
 *
 * When it returns, every other running thread of the process (GLOBAL_EXPEDITED: of every registered process) has
 * passed through a full memory barrier since the call. Throws MembarrierError: ENOMEM, or BlockedError where a sandbox
 * was set up since the registration. Blocks for as long as the interrupts take: 1 to 15 microseconds with a running
 * sibling, less than one without. Source: membarrier(2).
 */
export interface Barrier<C extends Registrable = Registrable> {
  (...options: [C] extends ['PRIVATE_EXPEDITED_RSEQ'] ? [options?: RseqOptions] : []): void;
  readonly command: C;
  /** Not there at run time: it keeps other functions from passing for a Barrier. */
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
    if (answer !== undefined) throw errorFor(command, answer);
  };
}

function rseqIssuer(binding: Binding): (options?: RseqOptions) => void {
  const issueToAll = issuer(binding, 'PRIVATE_EXPEDITED_RSEQ');
  return (options) => {
    const cpu = cpuOf(options);
    if (cpu === undefined) return issueToAll();
    const answer = call(binding, Command.PRIVATE_EXPEDITED_RSEQ, Flag.CPU, cpu);
    if (answer !== 0) throw errorFor('PRIVATE_EXPEDITED_RSEQ', answer);
  };
}
