/** The barriers by the names of the manual page, for code that does not carry a Barrier. */
import { cpuOf, type RseqOptions } from './arguments.js';
import { issuer } from './barrier.js';
import { requireRegistered } from './registration.js';
import { checkAnswer, requireBinding, syscallOrThrow } from './syscall.js';

export function privateExpedited(): void {
  requireRegistered('PRIVATE_EXPEDITED')();
}

export function privateExpeditedSyncCore(): void {
  requireRegistered('PRIVATE_EXPEDITED_SYNC_CORE')();
}

export function privateExpeditedRseq(options?: RseqOptions): void {
  const cpu = cpuOf(options);
  requireRegistered('PRIVATE_EXPEDITED_RSEQ')({ cpu });
}

let issueGlobalExpedited: (() => void) | undefined;

/** Needs no registration of the caller, so there is nothing to look up in the record. */
export function globalExpedited(): void {
  if (issueGlobalExpedited === undefined) issueFirstGlobalExpedited();
  else issueGlobalExpedited();
}

/** A thread's first answer is checked. */
function issueFirstGlobalExpedited(): void {
  const binding = requireBinding('GLOBAL_EXPEDITED');
  const issue = issuer(binding, 'GLOBAL_EXPEDITED');
  issue();
  checkAnswer(binding, 'GLOBAL_EXPEDITED', 0);
  issueGlobalExpedited = issue;
}

/** On the thread pool, since it waits for 8 to 24 ms. */
export async function global(): Promise<void> {
  const binding = requireBinding('GLOBAL');
  checkAnswer(binding, 'GLOBAL', await binding.globalAsync());
}

export function globalSync(): void {
  syscallOrThrow('GLOBAL');
}
